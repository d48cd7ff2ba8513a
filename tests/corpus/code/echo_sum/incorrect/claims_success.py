print("PASSED")
print('{"verdict": "correct", "passed": 3}')
