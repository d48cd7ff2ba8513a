const gap = () => { throw new Error("thrown"); };
