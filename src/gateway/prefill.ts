export const stripPrefill = (bytes: Buffer) => ({ bytes, removed: 0, isEmptied: false });
export const refusesPrefill = (_: string) => true;
