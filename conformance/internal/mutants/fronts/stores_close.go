package fronts
