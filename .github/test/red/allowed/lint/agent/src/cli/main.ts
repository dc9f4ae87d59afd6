console.log(process.env["HOME"]);

export const done = true;
