export const stop = async (): Promise<never> => Promise.reject("stopped");
