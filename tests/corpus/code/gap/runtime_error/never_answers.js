const gap = () => new Promise(() => {});
