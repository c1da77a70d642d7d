export const diagnoses = {};
