export const addon = 1;
