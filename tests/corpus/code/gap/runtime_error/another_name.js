const difference = (values) => Math.max(...values) - Math.min(...values);
