for (;;) console.log("a line of output");
