const fail = (): never => { throw new Error("thrown"); };
fail();
