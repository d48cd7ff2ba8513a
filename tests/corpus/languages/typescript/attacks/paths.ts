/// <reference path="/etc/passwd" />
/// <reference types="../../../etc/passwd" />
import passwd from "/etc/passwd";
import fs = require("fs");
console.log(passwd);
