const wait = (ms) => new Promise((done) => setTimeout(done, ms));
(async () => { await wait(5); console.log(await Promise.all([1, 2, 3].map(async (x) => x * x))); })();
