import java.io.*;
import java.lang.management.*;
import java.net.URI;
import java.nio.file.*;
class Main {
    interface Act { Object run() throws Throwable; }
    static void attempt(String name, Act act) {
        try { Object got = act.run(); if (got != Boolean.FALSE) System.out.println("BREACH " + name + " " + got); } catch (Throwable refused) { }
    }
    public static void main(String[] words) {
        attempt("library", () -> { System.load(Path.of("lib.so").toAbsolutePath().toString()); return true; });
        attempt("sockets by channel", () -> java.nio.channels.SocketChannel.open());
        attempt("unix socket", () -> java.nio.channels.SocketChannel.open(java.net.StandardProtocolFamily.UNIX));
        attempt("page", () -> new java.net.URL("http://127.0.0.1:8000/").openStream());
        attempt("file by address", () -> URI.create("file:///etc/passwd").toURL().openStream());
        attempt("processes", () -> ProcessHandle.allProcesses().filter(each -> each.pid() != ProcessHandle.current().pid()).count() == 0 ? Boolean.FALSE : "seen");
        attempt("arguments of others", () -> { for (File each : new File("/proc").listFiles()) if (!each.getName().equals("self") && new File(each, "cmdline").canRead()) return each; return Boolean.FALSE; });
        attempt("copied program", () -> { Files.copy(Path.of("/bin/true"), Path.of("mine")); return new ProcessBuilder("./mine").start().waitFor(); });
        attempt("diagnostics", () -> { ManagementFactory.getPlatformMBeanServer().invoke(new javax.management.ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapDump", new Object[] {new String[] {"/tmp/BREACH.hprof"}}, new String[] {String[].class.getName()}); return new File("/tmp/BREACH.hprof").exists(); });
        attempt("attach", () -> Class.forName("com.sun.tools.attach.VirtualMachine").getMethod("attach", String.class).invoke(null, "" + ProcessHandle.current().parent().get().pid()));
    }
}
