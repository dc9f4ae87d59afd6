export const ask = async (work: Promise<string>): Promise<string> => work.catch((error) => String(error));
