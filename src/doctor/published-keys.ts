/** The published versions whose schemas are in the table, oldest first. */
export const PUBLISHED_VERSIONS: readonly string[] = ["2026.4.29", "2026.5.28", "2026.9.6"];

/** A part of the configuration; `*` in its path matches any key or index. */
export interface PublishedPart {
  readonly at: readonly string[];
  /** Versions that accept any key here. */
  readonly open: readonly string[];
  /** Every key that a version knows, with the versions that reject it. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/**
 * One part a line: its path, a colon, and its keys. What follows a tilde counts versions: after a path those that accept
 * any key, after a key those that reject it.
 * @source generated from `openclaw config schema` of these versions. What a newer version dropped was then tried with its
 * `openclaw config validate`, since it may still accept and convert it (`agents.list` in 2026.9.6).
 */
const TABLE = `
<root>: $schema accessGroups~0 acp agents approvals attachments~01 audio~2 auth bindings broadcast browser
  canvasHost~2 channels cli~2 cloudWorkers~01 commands commitments~2 crestodian~2 cron desktop~01 diagnostics
  discovery env gateway hooks logging mcp media~2 memory messages meta models nodeHost plugins proxy secrets
  security~0 session skills surfaces talk telemetry~01 tools transcripts~0 tts~01 ui update web~2 wizard
  worktreeAcceleration~01 worktreeRoot~01
acp: allowedAgents backend defaultAgent dispatch enabled fallbacks~0 maxConcurrentSessions~2 runtime stream
acp.dispatch: enabled
acp.runtime: installCommand ttlMinutes~2
acp.stream: coalesceIdleMs~2 deliveryMode hiddenBoundarySeparator~2 maxChunkChars~2 maxOutputChars~2
  maxSessionUpdateChars~2 repeatSuppression tagVisibility
agents: defaults entries~01 list ownership~01
agents.defaults: agentRuntime~12 authInheritance~01 blockStreamingBreak blockStreamingChunk blockStreamingCoalesce
  blockStreamingDefault bootstrapMaxChars bootstrapPromptTruncationWarning~2 bootstrapTotalMaxChars cliBackends~2
  compaction contextInjection contextLimits contextPruning contextTokens cwd~01 decisionModel~01 elevatedDefault
  embeddedAgent~0 embeddedHarness~12 embeddedPi~12 envelopeElapsed~2 envelopeTimestamp~2 envelopeTimezone~2
  experimental fastModeDefault~01 heartbeat humanDelay imageGenerationModel~2 imageMaxDimensionPx imageModel
  imageQuality~0 maxConcurrent mediaGenerationAutoProviderFallback~2 mediaMaxMb mediaModels~01 memorySearch~2 model
  modelPolicy~01 modelSelectionScope~01 models musicGenerationModel~2 params pdfMaxBytesMb~2 pdfMaxMb~01 pdfMaxPages
  pdfModel promptOverlays~2 reasoningDefault repoRoot runRetries~02 sandbox sessionStore~01 silentReply
  silentReplyRewrite~12 skills skipBootstrap skipOptionalBootstrapFiles~0 startupContext subagents systemAgent~01
  systemPromptOverride~12 thinkingDefault timeFormat~2 timeoutSeconds toolProgressDetail~0 typingIntervalSeconds
  typingMode userTimezone utilityModel~01 verboseDefault videoGenerationModel~2 voiceModel~0 workspace
agents.defaults.compaction: customInstructions~2 enabled~01 identifierInstructions~2 identifierPolicy keepRecentTokens
  maxActiveTranscriptBytes maxHistoryShare~2 memoryFlush midTurnPrecheck mode model notifyUser postCompactionSections
  postIndexSync provider qualityGuard recentTurnsPreserve reserveTokens~2 reserveTokensFloor~2 thinkingLevel~01
  timeoutSeconds truncateAfterCompaction~2
agents.defaults.heartbeat: accountId ackMaxChars~2 activeHours agentId~01 directPolicy every includeReasoning~2
  includeSystemPromptSection~2 isolatedSession lightContext model prompt session skipWhenBusy~2
  suppressToolErrorWarnings~2 target timeoutSeconds to
agents.defaults.model: fallbacks primary timeoutMs~12
agents.entries.*~01: agentDir bootstrapMaxChars bootstrapTotalMaxChars contextInjection contextLimits cwd
  decisionModel default description embeddedAgent experimental fastModeDefault groupChat heartbeat humanDelay id
  identity memory model modelPolicy models name params reasoningDefault runtime sandbox skills skillsLimits subagents
  thinkingDefault toolProgressDetail tools tts typingMode utilityModel verboseDefault workspace
agents.list.*: agentDir agentRuntime~12 bootstrapMaxChars~0 bootstrapTotalMaxChars~0 contextInjection~0 contextLimits
  contextTokens cwd~01 decisionModel~01 default description~0 embeddedAgent~0 embeddedHarness~12 embeddedPi~12
  experimental~0 fastModeDefault groupChat heartbeat humanDelay id identity memory~01 memorySearch~2 model
  modelPolicy~01 models~0 name params reasoningDefault runRetries~02 runtime sandbox skills skillsLimits subagents
  systemPromptOverride~12 thinkingDefault toolProgressDetail~0 tools tts typingMode~01 utilityModel~01
  verboseDefault~0 workspace
approvals: exec plugin
approvals.exec: agentFilter enabled mode sessionFilter targets
approvals.plugin: agentFilter enabled mode sessionFilter targets
attachments~01: ttlHours
audio~2: transcription
audio.transcription~2: command timeoutSeconds
auth: cooldowns~2 order profiles
auth.cooldowns~2: authPermanentBackoffMinutes authPermanentMaxMinutes billingBackoffHours
  billingBackoffHoursByProvider billingMaxHours failureWindowHours overloadedBackoffMs overloadedProfileRotations
  rateLimitedProfileRotations
auth.profiles.*: displayName email mode provider
browser: actionTimeoutMs~2 allowSystemProfileImport~01 attachOnly cdpPortRangeStart~2 cdpUrl color~2 defaultProfile
  enabled evaluateEnabled executablePath extensionRelay~01 extraArgs headless localCdpReadyTimeoutMs~2
  localLaunchTimeoutMs~2 noSandbox profiles remoteCdpHandshakeTimeoutMs~2 remoteCdpTimeoutMs~2 snapshotDefaults
  ssrfPolicy tabCleanup
browser.extensionRelay~01: allowLegacyAuth
browser.snapshotDefaults: mode
browser.ssrfPolicy: allowIpv6UniqueLocalRange~01 allowRfc2544BenchmarkRange~01 allowedHostnames blockedHostnames~01
  dangerouslyAllowPrivateNetwork hostnameAllowlist~2
browser.tabCleanup: enabled idleMinutes~2 maxTabsPerSession~2 sweepMinutes~2
canvasHost~12: enabled liveReload port root
channels.a2a~01: advertisedUrl configWrites enabled exposeAgents peers rateLimitPerMinute replyTimeoutMs
channels.bluebubbles~12: accounts actions allowFrom blockStreaming catchup chunkMode coalesceSameSenderDms
  defaultAccount dmHistoryLimit dmPolicy enabled enrichGroupParticipantsFromContacts groupAllowFrom groupPolicy groups
  historyLimit markdown mediaLocalRoots mediaMaxMb name network password sendReadReceipts sendTimeoutMs serverUrl
  textChunkLimit webhookPath
channels.buzz~01: accounts authTag configWrites defaultAccount defaultTo enabled groupAllowFrom groupPolicy groups
  historyLimit markdown name privateKey relayUrl replyToMode responsePrefix
channels.clickclack~0: accounts agentActivity~1 agentId allowBots~1 allowFrom apiBaseUrl~1 baseUrl botLoopProtection~1
  botUserId commandMenu~1 configWrites~1 defaultAccount defaultTo discussions~1 enabled groups~1 historyLimit~1
  mediaMaxMb~1 mentionPatterns~1 model name nativeProgress~1 reconnectMs replyMode requireMention~1 responsePrefix~1
  systemPrompt timeoutSeconds~2 token tokenFile~1 toolsAllow workspace
channels.defaults~01: botLoopProtection contextVisibility groupPolicy heartbeatVisibility implicitMentions
channels.discord: accounts ackReaction ackReactionScope actions activities~01 activity activityType activityUrl
  agentComponents allowBots allowFrom applicationId autoPresence botLoopProtection~0 capabilities commands
  configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount defaultTo dm dmHistoryLimit dmPolicy dms
  enabled eventQueue~2 execApprovals gatewayInfoTimeoutMs~2 gatewayReadyTimeoutMs~02 gatewayRuntimeReadyTimeoutMs~02
  groupPolicy guilds healthMonitor heartbeat~2 heartbeatVisibility~01 historyLimit inboundWorker intents joinIntro~01
  markdown maxLinesPerMessage mediaMaxMb mentionAliases~0 mentionPatterns~01 name pluralkit proxy replyToMode
  responsePrefix retry~2 slashCommand status streaming suppressEmbeds~0 textChunkLimit thread threadBindings token
  ui~2 voice
channels.feishu: accounts actions allowBots~01 allowFrom appId appSecret blockStreaming~02 blockStreamingCoalesce~2
  capabilities chunkMode~2 configWrites connectionMode contextVisibility~01 defaultAccount dmHistoryLimit dmPolicy dms
  domain dynamicAgentCreation enabled encryptKey groupAllowFrom groupPolicy groupSenderAllowFrom groupSessionScope
  groups heartbeat~2 heartbeatVisibility~01 historyLimit httpTimeoutMs markdown mediaMaxMb reactionNotifications
  renderMode replyInThread replyToMode~01 requireMention resolveSenderNames responsePrefix~01 stickerSets~01 streaming
  textChunkLimit tools topicSessionMode tts typingIndicator vcAutoJoin~01 verificationToken webhookHost webhookPath
  webhookPort
channels.googlechat: accounts actions~2 allowBots allowFrom~01 appPrincipal audience audienceType blockStreaming~2
  blockStreamingCoalesce~2 botLoopProtection~0 botUser capabilities chunkMode~2 configWrites contextVisibility~01
  dangerouslyAllowNameMatching defaultAccount defaultTo dm dmHistoryLimit dmPolicy~01 dms enabled groupAllowFrom
  groupPolicy groups healthMonitor heartbeatVisibility~01 historyLimit markdown~01 mediaMaxMb name replyToMode
  requireMention responsePrefix serviceAccount serviceAccountFile serviceAccountRef~2 streaming~01 textChunkLimit
  typingIndicator webhookPath webhookUrl
channels.imessage: accounts actions~0 allowFrom attachmentRoots blockStreaming~2 blockStreamingCoalesce~2 capabilities
  catchup~0 chunkMode~2 cliPath coalesceSameSenderDms~02 configWrites contextVisibility dbPath defaultAccount
  defaultTo dmHistoryLimit dmPolicy dms enabled groupAllowFrom groupPolicy groups healthMonitor heartbeat~2
  heartbeatVisibility~01 historyLimit includeAttachments markdown mediaMaxMb name probeTimeoutMs~0
  reactionNotifications~0 region remoteAttachmentRoots remoteHost responsePrefix sendReadReceipts~0 sendTransport~01
  service streaming~01 textChunkLimit
channels.irc: accounts allowFrom blockStreaming~2 blockStreamingCoalesce~2 channels chunkMode~2 configWrites~01
  contextVisibility dangerouslyAllowNameMatching defaultAccount dmHistoryLimit dmPolicy dms enabled groupAllowFrom
  groupPolicy groups healthMonitor~01 historyLimit host markdown mediaMaxMb mentionPatterns~2 name nick nickserv
  password passwordFile port realname replyToMode~01 responsePrefix streaming~01 textChunkLimit tls username
channels.line: accounts allowFrom channelAccessToken channelSecret configWrites~01 defaultAccount dmPolicy enabled
  groupAllowFrom groupPolicy groups historyLimit~01 joinIntro~01 mediaMaxMb name replyToMode~01 responsePrefix
  secretFile streaming~01 threadBindings tokenFile webhookPath
channels.matrix: accessToken accounts ackReaction ackReactionScope actions allowBots allowlistOnly autoJoin
  autoJoinAllowlist avatarUrl blockStreaming~2 botLoopProtection~0 chunkMode~2 configWrites~01 contextVisibility
  dangerouslyAllowNameMatching~0 defaultAccount deviceId deviceName dm enabled encryption execApprovals groupAllowFrom
  groupPolicy groups historyLimit homeserver initialSyncLimit joinIntro~01 markdown mediaMaxMb mentionPatterns~01 name
  network password proxy reactionNotifications replyToMode responsePrefix rooms startupVerification
  startupVerificationCooldownHours streaming textChunkLimit threadBindings threadReplies userId
channels.mattermost: accounts actions allowFrom baseUrl blockStreaming~2 blockStreamingCoalesce~2 botToken
  capabilities chatmode chunkMode~2 commands configWrites contextVisibility~01 dangerouslyAllowNameMatching
  defaultAccount dmChannelRetry dmPolicy enabled groupAllowFrom groupPolicy groups historyLimit~01 implicitMentions~01
  interactions markdown mediaMaxMb~01 name network oncharPrefixes replyToMode replyToModeByChatType~01 requireMention
  responsePrefix streaming~0 textChunkLimit
channels.msteams: allowFrom appId appPassword authType blockStreaming~2 blockStreamingCoalesce~2 capabilities
  certificatePath certificateThumbprint chunkMode~2 cloud~0 configWrites contextVisibility
  dangerouslyAllowNameMatching defaultTo delegatedAuth dmHistoryLimit dmPolicy dms enabled feedbackEnabled
  feedbackReflection feedbackReflectionCooldownMs graphMediaFallback~01 groupAllowFrom groupPolicy groupWelcomeCard
  healthMonitor heartbeat~2 heartbeatVisibility~01 historyLimit managedIdentityClientId markdown mediaAllowHosts
  mediaAuthAllowHosts mediaMaxMb promptStarters replyStyle requireMention responsePrefix serviceUrl~0 sharePointSiteId
  sso streaming~0 teams tenantId textChunkLimit typingIndicator useManagedIdentity webhook welcomeCard
channels.nextcloud-talk: accounts allowFrom apiPassword apiPasswordFile apiUser baseUrl blockStreaming~2
  blockStreamingCoalesce~2 botSecret botSecretFile chunkMode~2 configWrites~01 contextVisibility defaultAccount
  dmHistoryLimit dmPolicy dms enabled groupAllowFrom groupPolicy historyLimit markdown mediaMaxMb name network
  replyToMode~01 responsePrefix rooms streaming~01 textChunkLimit webhookHost webhookPath webhookPort webhookPublicUrl
channels.nostr: allowFrom configWrites~01 defaultAccount dmPolicy enabled markdown name privateKey profile relays
channels.qa-channel: accounts actions allowFrom baseUrl botDisplayName botUserId configWrites~01 defaultAccount
  defaultTo enabled groupAllowFrom~0 groupPolicy~0 groups~0 historyLimit~01 mediaMaxMb~01 name pollTimeoutMs
  responsePrefix~01
channels.raft~01: accounts configWrites defaultAccount enabled name profile
channels.reef~01: configWrites email enabled friends guard handle relayUrl requestPolicy stateDir
channels.signal: account accountUuid accounts actions aliases~01 allowFrom apiMode~02 autoStart~2 blockStreaming~2
  blockStreamingCoalesce~2 capabilities chunkMode~2 cliPath~2 configPath~02 configWrites contextVisibility
  defaultAccount defaultTo dmHistoryLimit dmPolicy dms enabled groupAllowFrom groupPolicy groups healthMonitor
  heartbeat~2 heartbeatVisibility~01 historyLimit httpHost~2 httpPort~2 httpUrl~2 ignoreAttachments ignoreStories~2
  markdown mediaMaxMb name reactionAllowlist reactionLevel reactionNotifications receiveMode~2 replyToMode~01
  replyToModeByChatType~01 responsePrefix sendReadReceipts startupTimeoutMs~2 streaming~01 textChunkLimit transport~01
channels.slack: accounts ackReaction actions allowBots allowFrom appToken botLoopProtection~0 botToken capabilities
  channels commands configWrites contextVisibility dangerouslyAllowNameMatching defaultAccount defaultTo dm
  dmHistoryLimit dmPolicy dms enabled execApprovals groupPolicy healthMonitor heartbeat~2 heartbeatVisibility~01
  historyLimit implicitMentions~01 joinIntro~01 markdown mediaMaxMb mentionPatterns~01 mode name postAs~01
  presenceEvents~01 reactionAllowlist reactionNotifications relay~01 replyToMode replyToModeByChatType requireMention
  responsePrefix signingSecret slashCommand socketMode~2 streaming textChunkLimit thread typingReaction unfurlLinks~0
  unfurlMedia~0 userToken userTokenReadOnly webhookPath
channels.sms~01: accountSid accounts allowFrom authToken configWrites dangerouslyDisableSignatureValidation
  defaultAccount defaultTo dmPolicy enabled fromNumber mediaMaxMb messagingServiceSid name publicWebhookUrl
  textChunkLimit webhookPath
channels.telegram: accounts ackReaction actions allowFrom apiRoot autoTopicLabel botToken capabilities commands
  configWrites contextVisibility customCommands defaultAccount defaultTo direct dmHistoryLimit dmPolicy dms enabled
  errorCooldownMs~2 errorPolicy execApprovals groupAllowFrom groupPolicy groups healthMonitor heartbeat~2
  heartbeatVisibility~01 historyLimit joinIntro~01 linkPreview markdown mediaGroupFlushMs~02 mediaMaxMb
  mentionPatterns~01 name network pollingStallThresholdMs~2 proxy reactionLevel reactionNotifications replyToMode
  responsePrefix retry~2 richMessages~01 silentErrorReplies streaming textChunkLimit threadBindings timeoutSeconds~2
  tokenFile trustedLocalFileRoots webhookCertPath webhookHost webhookPath webhookPort webhookSecret webhookUrl
channels.tlon: accounts authorization autoAcceptDmInvites autoAcceptGroupInvites autoDiscoverChannels code
  configWrites~01 defaultAuthorizedShips dmAllowlist enabled groupChannels groupInviteAllowlist~0 historyLimit~01
  implicitMentions~01 mediaMaxMb~01 name network ownerShip responsePrefix ship showModelSignature url
channels.twitch: accessToken accounts allowFrom allowedRoles channel clientId clientSecret configWrites~01
  defaultAccount~0 enabled expiresIn historyLimit~01 markdown name obtainmentTimestamp refreshToken requireMention
  responsePrefix username
channels.whatsapp: accounts ackReaction~2 actions allowFrom blockStreaming~2 blockStreamingCoalesce~2 capabilities
  chunkMode~2 configWrites contextVisibility debounceMs~2 defaultAccount defaultTo direct dmHistoryLimit dmPolicy dms
  enabled groupAllowFrom groupPolicy groups healthMonitor heartbeat~2 heartbeatVisibility~01 historyLimit markdown
  mediaMaxMb mentionPatterns~01 messagePrefix~2 pluginHooks~0 reactionLevel replyToMode responsePrefix selfChatMode
  sendReadReceipts streaming~01 textChunkLimit
channels.zalo: accounts allowFrom botToken configWrites~01 defaultAccount dmPolicy enabled groupAllowFrom groupPolicy
  historyLimit~01 markdown mediaMaxMb name proxy responsePrefix tokenFile webhookPath webhookSecret webhookUrl
channels.zalouser: accounts allowFrom configWrites~01 dangerouslyAllowNameMatching defaultAccount dmPolicy enabled
  groupAllowFrom groupPolicy groups historyLimit markdown mediaMaxMb~01 messagePrefix name profile responsePrefix
cli~2: banner
cli.banner~2: taglineMode
cloudWorkers~01: desktop preparedPool profiles projectProfiles
cloudWorkers.preparedPool~01: maxTotal
commands: allowFrom bash bashForegroundMs config debug mcp native nativeSkills ownerAllowFrom ownerDisplay~2
  ownerDisplaySecret~2 plugins restart text useAccessGroups~2
commitments~2: enabled maxPerDay
crestodian~2: rescue
crestodian.rescue~2: enabled ownerDmOnly pendingTtlMinutes
cron: enabled failureAlert failureDestination~2 maxConcurrentRuns~2 retry~2 runLog~2 sessionRetention
  skipMissedJobs~01 store~2 triggers~01 webhook~2 webhookSsrfPolicy~01 webhookToken
cron.failureAlert: accountId after channel~01 cooldownMs enabled includeSkipped mode to~01
cron.failureDestination~2: accountId channel mode to
cron.retry~2: backoffMs maxAttempts retryOn
cron.runLog~2: keepLines maxBytes
cron.triggers~01: enabled
cron.webhookSsrfPolicy~01: allowIpv6UniqueLocalRange allowRfc2544BenchmarkRange allowedHostnames blockedHostnames
  dangerouslyAllowPrivateNetwork
cron.webhookToken: id provider source
desktop~01: host
desktop.host~01: enabled managed passwordFile port
diagnostics: cacheTrace enabled flags memoryPressureSnapshot~02 otel stuckSessionAbortMs~02 stuckSessionWarnMs~2
diagnostics.cacheTrace: enabled filePath~2 includeMessages~2 includePrompt~2 includeSystem~2
diagnostics.otel: captureContent enabled endpoint flushIntervalMs headers logs logsEndpoint logsExporter~01
  metricNamePrefix~01 metrics metricsEndpoint protocol sampleRate serviceName traces tracesEndpoint
discovery: mdns wideArea
discovery.mdns: mode
discovery.wideArea: domain enabled~2
env~01: shellEnv vars
env.shellEnv: enabled timeoutMs
gateway: allowRealIpFallback auth bind channelHealthCheckMinutes~2 channelMaxRestartsPerHour~2
  channelStaleEventThresholdMinutes~2 cliAgents~01 controlUi customBindHost handshakeTimeoutMs~2 http mode nodes port
  portals~01 publicOrigin~01 push reload remote roles~01 tailscale terminal~01 tls tools trustedProxies webchat~2
gateway.auth: allowTailscale identityScopes~01 mode password rateLimit token trustedProxy
gateway.cliAgents~01: enabled
gateway.controlUi: allowExternalEmbedUrls allowInsecureAuth~2 allowedOrigins automaticallyFetchFavicons~01 basePath
  chatMessageMaxWidth~02 communityInvite~01 dangerouslyAllowHostHeaderOriginFallback dangerouslyDisableDeviceAuth
  embedSandbox enabled environment~01 experimental~01 github~01 root sessionObserver~01
gateway.http: endpoints securityHeaders
gateway.nodes: allowCommands~2 allowSkills~01 browser commands~01 denyCommands~2 pairing pluginTools~01
gateway.portals~01: ingress
gateway.push: apns
gateway.reload: debounceMs~2 deferralTimeoutMs~2 mode
gateway.remote: edgeAuth~01 enabled~02 password remotePort~0 sshHostKeyPolicy~01 sshIdentity sshTarget tlsFingerprint
  token transport url
gateway.roles~01: default definitions
gateway.tailscale: mode preserveFunnel~0 resetOnExit~2
gateway.terminal~01: detachedSessionTimeoutSeconds enabled shell
gateway.tls~12: autoGenerate caPath certPath enabled keyPath
gateway.tools: allow deny
gateway.webchat~2: chatHistoryMaxChars
hooks: allowRequestSessionKey allowedAgentIds allowedSessionKeyPrefixes defaultSessionKey enabled gmail internal
  mappings maxBodyBytes~2 path presets token transformsDir
hooks.gmail: account allowUnsafeExternalContent hookUrl includeBody label maxBytes model pushToken renewEveryMinutes
  serve subscription tailscale thinking topic
hooks.internal: enabled entries installs~2 load
logging: audit~01 consoleLevel consoleStyle file level maxFileBytes redactPatterns redactSensitive~2
logging.audit~01: enabled executionIdentity messages
mcp: apps~01 servers sessionIdleTtlMs
mcp.apps~01: enabled sandboxOrigin sandboxPort
media~2: preserveFilenames ttlHours
memory: backend~2 citations qmd~2 search~01
memory.qmd~2: command includeDefaultMemory limits mcporter paths scope searchMode searchTool sessions update
memory.search~01: cache documentInputType enabled experimental extraPaths fallback inputType local model multimodal
  outputDimensionality provider query queryInputType rememberAcrossConversations remote sources store
messages: ackReaction ackReactionScope groupChat inbound messagePrefix~2 queue removeAckAfterReply~2 responsePrefix
  responseUsage~01 statusReactions suppressToolErrors~2 tts~2 usageTemplate~01 visibleReplies
messages.groupChat: historyLimit mentionPatterns unmentionedInbound~0 visibleReplies
messages.inbound: byChannel debounceMs
messages.queue: byChannel cap debounceMs~2 debounceMsByChannel drop mode
messages.statusReactions: emojis~2 enabled timing~2
messages.tts~2: auto enabled maxTextLength mode modelOverrides persona personas prefsPath provider providers
  summaryModel timeoutMs
meta: lastTouchedAt~2 lastTouchedVersion migrations~01
meta.migrations~01: modelPolicyAllowlist utilityModelSeparation
models: catalogRefresh~01 mode pricing~2 providers
models.catalogRefresh~01: enabled url
models.pricing~2: enabled
models.providers.*: agentRuntime~0 api apiKey auth authHeader baseUrl contextTokens contextWindow headers
  injectNumCtxForOpenAICompat localService~0 maxTokens models params~0 region~0 request timeoutSeconds
models.providers.*.models.*: agentRuntime~0 api baseUrl compat contextTokens contextWindow cost headers id input
  maxTokens mediaInput~0 metadataSource name params reasoning thinkingLevelMap~01
nodeHost: agentRuns~01 autoUpdate~01 browserProxy mcp~01 skills~01 workerRuns~01
nodeHost.agentRuns~01: claude
nodeHost.autoUpdate~01: enabled
nodeHost.browserProxy: allowProfiles enabled
nodeHost.mcp~01: servers
nodeHost.skills~01: enabled
nodeHost.workerRuns~01: capacity containerImage enabled isolation
plugins: allow bundledDiscovery~02 deny enabled entries load slots
plugins.load: paths
plugins.slots: contextEngine memory
proxy: enabled loopbackMode~0 proxyUrl tls~0
proxy.tls~0: caFile
secrets: defaults egressProxy~01 providers resolution~2
secrets.defaults: env exec file store~01
secrets.egressProxy~01: allowedHosts bypassHosts enabled
secrets.resolution~2: maxBatchBytes maxProviderConcurrency maxRefsPerProvider
security~0: audit installPolicy~1
security.audit~0: suppressions
security.installPolicy~01: enabled exec targets
session: agentToAgent~2 dmScope groupScope~01 identityLinks idleMinutes~2 mainKey maintenance notifyOnCreate~01
  parentForkMaxTokens~12 reset resetByChannel resetByType resetTriggers scope sendPolicy sharing~01 store
  threadBindings typingIntervalSeconds~2 typingMode~2 writeLock~02
session.agentToAgent~2: maxPingPongTurns
session.maintenance: archiveDashboardAfter~01 coldStorage~01 highWaterBytes maxDiskBytes maxEntries mode
  preserveRecent~01 pruneAfter pruneDays~2 resetArchiveRetention rotateBytes~2
session.reset: atHour idleMinutes mode
session.resetByType: direct dm~2 group thread
session.sendPolicy: default rules
session.sharing~01: drafts readOnly suggest
session.threadBindings: defaultSpawnContext~0 enabled idleHours maxAgeHours spawnSessions~0
session.writeLock~02: acquireTimeoutMs maxHoldMs staleMs
skills: allowBundled entries install limits load workshop~01
skills.install: allowUploadedArchives~0 nodeManager preferBrew
skills.limits: maxCandidatesPerRoot maxSkillFileBytes maxSkillsInPrompt maxSkillsLoadedPerSource maxSkillsPromptChars
skills.load: allowSymlinkTargets~0 extraDirs watch watchDebounceMs~2
skills.workshop~01: approvalPolicy autonomous maxPending maxSkillBytes
surfaces.*: silentReply silentReplyRewrite~12
talk: agentId~01 consultFastMode~0 consultThinkingLevel~0 interruptOnSpeech provider providers realtime~0
  silenceTimeoutMs speechLocale
talk.realtime~0: brain consultRouting instructions mode model prefixPaddingMs~1 provider providers reasoningEffort~1
  silenceDurationMs~1 speakerVoice speakerVoiceId transport vadThreshold~1 voice~2
telemetry~01: consentedAt enabled
tools: agentToAgent allow alsoAllow byProvider codeMode~0 deny elevated exec experimental~2 fs github~01 links
  loopDetection media message profile sandbox sessions sessions_spawn subagents swarm~01 toolSearch~0 toolsBySender~0
  updatePlan~01 web
tools.agentToAgent: allow enabled
tools.codeMode~0: enabled executor~1 languages~2 maxOutputBytes maxPendingToolCalls maxSearchLimit maxSnapshotBytes
  memoryLimitBytes mode runtime~2 searchDefaultLimit snapshotTtlSeconds timeoutMs
tools.elevated: allowFrom enabled
tools.exec: applyPatch approvalRunningNoticeMs~01 ask backgroundMs cleanupMs commandHighlighting~0 grantExpiryDays~01
  host mode~0 node notifyOnExit notifyOnExitEmptySuccess pathPrepend reviewer~0 safeBinProfiles safeBinTrustedDirs
  safeBins security strictInlineEval timeoutSec~2 timeoutSeconds~01
tools.experimental~2: planTool
tools.fs: workspaceOnly
tools.github~01: gitAuthor kind profileId
tools.links: enabled maxLinks models scope timeoutSeconds
tools.loopDetection: criticalThreshold~2 detectors~2 enabled globalCircuitBreakerThreshold~2 historySize~2
  postCompactionGuard~02 unknownToolThreshold~2 warningThreshold~2
tools.media: asyncCompletion~2 audio concurrency image models video
tools.message: actions~0 allowCrossContextSend~2 broadcast crossContext
tools.sandbox: tools
tools.sessions: visibility
tools.sessions_spawn: attachments
tools.subagents: tools
tools.swarm~01: defaultAgentId enabled maxChildrenPerGroup maxConcurrent maxTotalPerGroup waitTimeoutSecondsMax
tools.toolSearch~0: codeTimeoutMs enabled maxSearchLimit mode searchDefaultLimit
tools.web: fetch search x_search~2
transcripts~0: autoStart enabled maxUtterances~2
tts~01: auto enabled maxTextLength mode modelOverrides persona personas provider providers summaryModel timeoutMs
tts.modelOverrides~01: allowModelId allowNormalization allowProvider allowSeed allowText allowVoice allowVoiceSettings
  enabled
ui: assistant~2 prefs~01 seamColor
ui.assistant~2: avatar name
ui.prefs~01: accent chatFollowUpMode chatPersistCommentary chatSendShortcut chatShowThinking chatShowToolCalls locale
  sidebarEntries theme themeMode
update: auto channel checkOnStart
update.auto: betaCheckIntervalHours~2 enabled stableDelayHours~2 stableJitterHours~2
web~2: enabled heartbeatSeconds reconnect whatsapp
web.reconnect~2: factor initialMs jitter maxAttempts maxMs
web.whatsapp~2: connectTimeoutMs defaultQueryTimeoutMs keepAliveIntervalMs
wizard: accessMode~01 appRecommendations~01 lastRunAt lastRunCommand lastRunCommit lastRunMode lastRunVersion
  securityAcknowledgedAt~01
`;

let parts: readonly PublishedPart[] | undefined;

export function publishedKeys(): readonly PublishedPart[] {
  parts ??= TABLE.trim()
    .split(/\n(?! )/)
    .map(partOf);
  return parts;
}

function partOf(line: string): PublishedPart {
  const [path = "", ...keys] = line.split(/:?\s+/);
  const [at = "", open] = path.split("~");
  return {
    at: at === "<root>" ? [] : at.split("."),
    open: versionsOf(open),
    keys: new Map(
      keys.map((key) => {
        const [name = "", rejecting] = key.split("~");
        return [name, versionsOf(rejecting)];
      }),
    ),
  };
}

const versionsOf = (digits = ""): readonly string[] =>
  [...digits].flatMap((digit) => PUBLISHED_VERSIONS[Number(digit)] ?? []);
