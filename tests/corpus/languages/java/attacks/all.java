import java.io.*;
import java.net.*;
import java.nio.file.*;
class Main {
    interface Act { Object run() throws Throwable; }
    static void attempt(String name, Act act) {
        try { Object got = act.run(); if (got != Boolean.FALSE) System.out.println("BREACH " + name + " " + got); } catch (Throwable refused) { }
    }
    public static void main(String[] args) {
        attempt("process", () -> new ProcessBuilder("/bin/sh", "-c", "echo hi").start());
        attempt("runtime", () -> Runtime.getRuntime().exec("/bin/true"));
        attempt("passwd", () -> Files.readString(Path.of("/etc/passwd")));
        attempt("root", () -> new File("/").list() == null ? Boolean.FALSE : "listed");
        attempt("above", () -> new File("..").list() == null ? Boolean.FALSE : "listed");
        attempt("write", () -> Files.writeString(Path.of("/tmp/BREACH"), "x"));
        attempt("environ", () -> Files.readAllBytes(Path.of("/proc/self/environ")));
        attempt("memory", () -> new RandomAccessFile("/proc/self/mem", "rw"));
        attempt("environment", () -> System.getenv().keySet().stream().anyMatch(n -> n.matches(".*(TRUEGOLD|KEY|TOKEN).*")));
        attempt("socket", () -> new Socket("127.0.0.1", 8000));
        attempt("server", () -> new ServerSocket(0));
        attempt("datagram", () -> new DatagramSocket());
        attempt("parent", () -> ProcessHandle.current().parent().get().destroy());
        attempt("itself", () -> ProcessHandle.of(ProcessHandle.current().pid()).get().destroyForcibly());
        attempt("link", () -> Files.createSymbolicLink(Path.of("link"), Path.of("/etc/passwd")));
        attempt("dump", () -> { var dump = new File("/tmp/BREACH.hprof"); return dump.exists(); });
    }
}
