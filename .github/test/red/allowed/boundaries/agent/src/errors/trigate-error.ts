export const TrigateError = Error;
