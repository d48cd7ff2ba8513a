"""Java: all classes of one source file; the one with a main method is started."""

from __future__ import annotations

from sandbox.languages import Calls, Language, Product

# No files of its own under /tmp, and no look at the limits of the container, which are not the program's.
QUIET = ("-XX:-UsePerfData", "-XX:-UseContainerSupport", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-Xshare:auto")
RUN = ("java", *QUIET, "-Xmx{memory_mb}m", "-Xss64m", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8")
COMPILE = (
    *("javac", *("-J" + word for word in QUIET), "-J-Xmx512m", "-J-XX:TieredStopAtLevel=1"),
    *("-encoding", "UTF-8", "-nowarn", "-proc:none", "-implicit:none", "-Xmaxerrs", "5", "-parameters"),
    *("-d", "{product}"),
)

# A file is named after its public class.
PUBLIC = (
    r"(?m)^[ \t]*public[ \t]+(?:(?:final|abstract|strictfp|sealed|non-sealed)[ \t]+){0,3}"
    r"(?:class|interface|enum|record)[ \t]+(\w+)"
)

LANGUAGE = Language(
    name="java",
    source_name="Main.java",
    package="default-jdk-headless",
    version_command=("javac", "--version"),
    needs=("java",),
    compile_command=(*COMPILE, "{source}"),
    compile_profile="runtime",
    product=Product.CLASSES,
    product_name="classes",
    run_command=(*RUN, "-cp", "{product}", "{main}"),
    calls=Calls(
        "TruegoldCalls.java",
        (*RUN, "--add-opens=java.base/java.io=ALL-UNNAMED", "-cp", "{product}", "TruegoldCalls"),
        (*COMPILE, "{source}", "{driver}"),
    ),
    folders=("{home}", "/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk"),
    profile="runtime",
    bears_address_limit=False,
    runtime_bytes=160 * 2**20,
    memory_signs=(b"java.lang.OutOfMemoryError",),
    source_name_pattern=PUBLIC,
    hello='class Main {\n  public static void main(String[] args) {\n    System.out.println("hello");\n  }\n}\n',
)
