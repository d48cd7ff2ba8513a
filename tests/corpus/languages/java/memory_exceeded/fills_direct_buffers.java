import java.nio.*;
import java.util.*;
class Main {
    public static void main(String[] a) {
        List<ByteBuffer> held = new ArrayList<>();
        for (;;) { ByteBuffer one = ByteBuffer.allocateDirect(1 << 20); for (int i = 0; i < 1 << 20; i += 512) one.put(i, (byte) 1); held.add(one); }
    }
}
