export const answers: any[] = [];
