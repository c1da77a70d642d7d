export const onboard = {};
