export const openHistory = 1;
