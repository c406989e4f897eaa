print("rows")
