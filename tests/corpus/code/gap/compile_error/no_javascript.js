const gap = (values => ;
