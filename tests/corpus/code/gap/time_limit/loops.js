const gap = () => { for (;;) {} };
