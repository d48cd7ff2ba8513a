process.on("exit", () => { process.exitCode = 0; });
console.log("correct");
