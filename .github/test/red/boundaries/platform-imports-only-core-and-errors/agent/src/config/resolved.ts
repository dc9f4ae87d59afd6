export const root = "/";
