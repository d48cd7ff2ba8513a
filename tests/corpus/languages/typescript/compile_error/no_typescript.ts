const : number = (;
