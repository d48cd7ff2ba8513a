def gap(values):
    endless = []
    endless.append(endless)
    return endless
