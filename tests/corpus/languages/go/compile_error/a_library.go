package notmain

func Main() {}
