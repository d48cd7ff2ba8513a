// Answers calls of a program's methods: each frame on descriptor 4 holds a request, and gets one reply that
// bears its number.
//
// This runs where the judged program runs, which may have changed anything in it. What is written here is a claim
// about a value, never a verdict: arguments come in, expected values never do. See sandbox/zygote/calls.py.

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipFile;

final class TruegoldCalls {
    private static final int CHANNEL = 4;
    private static final int MAX_DEPTH = 200;
    private static final int MAX_MESSAGE = 2000;
    private static final List<String> USUAL = List.of("Solution", "Main");

    /** A value that JSON cannot write, or an argument that does not fit its parameter. */
    private static final class NotPlain extends Exception {
        NotPlain(String what) {
            super(what, null, false, false);
        }
    }

    public static void main(String[] words) throws Exception {
        List<Class<?>> classes = classes();
        FileDescriptor channel = descriptor(CHANNEL);
        DataInputStream in = new DataInputStream(new FileInputStream(channel));
        DataOutputStream out = new DataOutputStream(new FileOutputStream(channel));
        while (true) {
            int turn;
            byte[] body;
            try {
                body = new byte[in.readInt()];
                turn = in.readInt();
                in.readFully(body);
            } catch (EOFException end) {
                System.exit(0);
                return;
            }
            byte[] reply = reply(classes, new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
            System.out.flush();
            ByteBuffer frame = ByteBuffer.allocate(8 + reply.length).putInt(reply.length).putInt(turn).put(reply);
            out.write(frame.array());
            out.flush();
        }
    }

    private static FileDescriptor descriptor(int number) throws ReflectiveOperationException {
        Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
        constructor.setAccessible(true);
        return constructor.newInstance(number);
    }

    /** The program's classes: the usual names first, then those of the outermost level. None is started yet. */
    private static List<Class<?>> classes() throws Exception {
        List<String> names = new ArrayList<>();
        try (ZipFile archive = new ZipFile(System.getProperty("java.class.path"))) {
            archive.stream().map(entry -> entry.getName()).filter(name -> name.endsWith(".class"))
                .map(name -> name.substring(0, name.length() - 6).replace('/', '.'))
                .filter(name -> !name.startsWith("TruegoldCalls")).forEach(names::add);
        }
        names.sort(Comparator.comparing((String name) -> !USUAL.contains(name))
            .thenComparing(name -> name.contains("$")).thenComparing(name -> name));
        List<Class<?>> found = new ArrayList<>();
        for (String name : names) found.add(Class.forName(name, false, TruegoldCalls.class.getClassLoader()));
        return found;
    }

    // ----------------------------------------------------------------------------------------------------- calls

    private static String reply(List<Class<?>> classes, String text) {
        try {
            Map<?, ?> request = (Map<?, ?>) new Reader(text).value();
            boolean isSearch = request.containsKey("find");
            String entry = (String) request.get(isSearch ? "find" : "entry");
            List<Method> methods = methods(classes, entry);
            if (methods.isEmpty()) return "{\"missing\":" + quoted(entry) + "}";
            return isSearch ? "{\"found\":true}" : answer(methods, (List<?>) request.get("args"));
        } catch (InvocationTargetException thrown) {
            return raised(thrown.getCause());
        } catch (Throwable thrown) {
            return raised(thrown);
        }
    }

    private static List<Method> methods(List<Class<?>> classes, String entry) {
        int dot = entry.lastIndexOf('.');
        String owner = dot < 0 ? null : entry.substring(0, dot).replace("()", ""), name = entry.substring(dot + 1);
        List<Method> found = new ArrayList<>();
        for (Class<?> each : classes) {
            if (owner != null && !each.getSimpleName().equals(owner)) continue;
            for (Method method : each.getDeclaredMethods()) {
                if (method.getName().equals(name) && !method.isBridge()) found.add(method);
            }
        }
        return found;
    }

    private static String answer(List<Method> methods, List<?> given) throws Throwable {
        NotPlain why = new NotPlain("no method takes " + given.size() + " arguments");
        for (Method method : methods) {
            Object[] arguments;
            try {
                arguments = arguments(method, given);
            } catch (NotPlain unfit) {
                why = unfit;
                continue;
            }
            method.setAccessible(true);
            return claimed(method.invoke(Modifier.isStatic(method.getModifiers()) ? null : made(method), arguments));
        }
        throw why;
    }

    private static Object made(Method method) throws Throwable {
        Constructor<?> constructor = method.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    private static Object[] arguments(Method method, List<?> given) throws NotPlain {
        Type[] types = method.getGenericParameterTypes();
        if (method.isVarArgs() && given.size() != types.length) given = gathered(given, types.length);
        if (types.length != given.size()) throw new NotPlain("it takes " + types.length + " arguments");
        Object[] arguments = new Object[types.length];
        for (int at = 0; at < types.length; at++) arguments[at] = fitted(given.get(at), types[at]);
        return arguments;
    }

    private static List<?> gathered(List<?> given, int count) throws NotPlain {
        if (given.size() < count - 1) throw new NotPlain("too few arguments");
        List<Object> all = new ArrayList<>(given.subList(0, count - 1));
        all.add(given.subList(count - 1, given.size()));
        return all;
    }

    // ------------------------------------------------------------------------------------- arguments: JSON to Java

    private static Object fitted(Object value, Type type) throws NotPlain {
        if (type instanceof ParameterizedType) {
            ParameterizedType parts = (ParameterizedType) type;
            return fittedTo(value, (Class<?>) parts.getRawType(), parts.getActualTypeArguments());
        }
        if (type instanceof GenericArrayType) {
            Type inner = ((GenericArrayType) type).getGenericComponentType();
            return fittedArray(value, inner, rawOf(inner));
        }
        return type instanceof Class ? fittedTo(value, (Class<?>) type, new Type[0]) : natural(value);
    }

    private static Class<?> rawOf(Type type) {
        if (type instanceof Class) return (Class<?>) type;
        return type instanceof ParameterizedType ? rawOf(((ParameterizedType) type).getRawType()) : Object.class;
    }

    private static Object fittedTo(Object value, Class<?> type, Type[] inner) throws NotPlain {
        if (value == null && !type.isPrimitive()) return null;
        if (type.isArray()) return fittedArray(value, type.getComponentType(), type.getComponentType());
        if (value instanceof Number) return fittedNumber((Number) value, type);
        if (value instanceof Boolean && (type == boolean.class || type.isAssignableFrom(Boolean.class))) return value;
        if (value instanceof String) return fittedText((String) value, type);
        if (value instanceof List) return fittedCollection((List<?>) value, type, inner);
        if (value instanceof Map) return fittedMap((Map<?, ?>) value, type, inner);
        throw new NotPlain("a value that is no " + type.getSimpleName());
    }

    private static Object fittedNumber(Number value, Class<?> type) throws NotPlain {
        if (value instanceof Double && !Double.isFinite(value.doubleValue())) {
            if (type == double.class || type.isAssignableFrom(Double.class)) return value;
            throw new NotPlain(value + " is no " + type.getSimpleName());
        }
        BigDecimal exact = new BigDecimal(value.toString());
        try {
            if (type == double.class || type == Double.class) return exact.doubleValue();
            if (type == float.class || type == Float.class) return exact.floatValue();
            if (type == int.class || type == Integer.class) return exact.intValueExact();
            if (type == long.class || type == Long.class) return exact.longValueExact();
            if (type == short.class || type == Short.class) return exact.shortValueExact();
            if (type == byte.class || type == Byte.class) return exact.byteValueExact();
            if (type == BigInteger.class) return exact.toBigIntegerExact();
        } catch (ArithmeticException unfit) {
            throw new NotPlain(value + " is no " + type.getSimpleName());
        }
        if (type == BigDecimal.class) return exact;
        Object usual = natural(value);
        if (type.isInstance(usual)) return usual;
        throw new NotPlain(value + " is no " + type.getSimpleName());
    }

    private static Object fittedText(String value, Class<?> type) throws NotPlain {
        if (type.isAssignableFrom(String.class)) return value;
        if ((type == char.class || type == Character.class) && value.length() == 1) return value.charAt(0);
        throw new NotPlain("a text is no " + type.getSimpleName());
    }

    private static Object fittedArray(Object value, Type inner, Class<?> raw) throws NotPlain {
        if (value instanceof String && raw == char.class) return ((String) value).toCharArray();
        if (!(value instanceof List)) throw new NotPlain("a value that is no array");
        List<?> items = (List<?>) value;
        Object array = Array.newInstance(raw, items.size());
        for (int at = 0; at < items.size(); at++) Array.set(array, at, fitted(items.get(at), inner));
        return array;
    }

    private static Object fittedCollection(List<?> items, Class<?> type, Type[] inner) throws NotPlain {
        for (Collection<Object> made : List.<Collection<Object>>of(new ArrayList<>(), new LinkedList<>(),
                new LinkedHashSet<>(), new HashSet<>(), new TreeSet<>(), new ArrayDeque<>(), new PriorityQueue<>())) {
            if (!type.isInstance(made)) continue;
            for (Object item : items) made.add(inner.length == 1 ? fitted(item, inner[0]) : natural(item));
            return made;
        }
        throw new NotPlain("a list is no " + type.getSimpleName());
    }

    private static Object fittedMap(Map<?, ?> items, Class<?> type, Type[] inner) throws NotPlain {
        for (Map<Object, Object> made : List.<Map<Object, Object>>of(
                new LinkedHashMap<>(), new HashMap<>(), new TreeMap<>())) {
            if (!type.isInstance(made)) continue;
            for (Map.Entry<?, ?> item : items.entrySet()) {
                boolean isTyped = inner.length == 2;
                Object key = isTyped ? fittedKey((String) item.getKey(), inner[0]) : item.getKey();
                made.put(key, isTyped ? fitted(item.getValue(), inner[1]) : natural(item.getValue()));
            }
            return made;
        }
        throw new NotPlain("an object is no " + type.getSimpleName());
    }

    /** JSON knows texts as keys only. */
    private static Object fittedKey(String key, Type type) throws NotPlain {
        Class<?> raw = rawOf(type);
        if (!Number.class.isAssignableFrom(raw)) return fitted(key, type);
        try {
            return fittedNumber(new BigDecimal(key), raw);
        } catch (NumberFormatException unfit) {
            throw new NotPlain("a text is no " + raw.getSimpleName());
        }
    }

    private static Object natural(Object value) throws NotPlain {
        if (value instanceof List) {
            List<Object> items = new ArrayList<>();
            for (Object item : (List<?>) value) items.add(natural(item));
            return items;
        }
        if (value instanceof Map) {
            Map<Object, Object> items = new LinkedHashMap<>();
            for (Map.Entry<?, ?> item : ((Map<?, ?>) value).entrySet()) {
                items.put(item.getKey(), natural(item.getValue()));
            }
            return items;
        }
        if (!(value instanceof BigInteger)) return value;
        BigInteger number = (BigInteger) value;
        if (number.bitLength() < 32) return number.intValue();
        return number.bitLength() < 64 ? (Object) number.longValue() : number;
    }

    // ---------------------------------------------------------------------------------------- values: Java to JSON

    private static String claimed(Object value) {
        try {
            StringBuilder out = new StringBuilder("{\"value\":");
            write(value, out, 0);
            return out.append('}').toString();
        } catch (NotPlain unfit) {
            return "{\"handle\":" + quoted(unfit.getMessage()) + "}";
        }
    }

    private static String raised(Throwable thrown) {
        boolean isMemory = thrown instanceof OutOfMemoryError;
        String message;
        try {
            message = String.valueOf(thrown.getMessage());
        } catch (Throwable another) {
            message = "";
        }
        message = message.substring(0, Math.min(message.length(), MAX_MESSAGE));
        boolean isUnfit = thrown instanceof NotPlain;
        String name = isMemory ? "MemoryError" : isUnfit ? "IllegalArgument" : thrown.getClass().getName();
        return "{\"raised\":" + quoted(name) + ",\"message\":" + quoted(message) + "}";
    }

    private static void write(Object value, StringBuilder out, int depth) throws NotPlain {
        if (depth > MAX_DEPTH) throw new NotPlain("too deep");
        if (value == null || value instanceof Boolean) out.append(value);
        else if (value instanceof Number) writeNumber((Number) value, out);
        else if (value instanceof CharSequence || value instanceof Character) out.append(quoted(value.toString()));
        else if (value.getClass().isArray()) writeArray(value, out, depth + 1);
        else if (value instanceof Map) writeMap((Map<?, ?>) value, out, depth + 1);
        else if (value instanceof Collection && !(value instanceof Set)) writeItems((Collection<?>) value, out, depth + 1);
        else throw new NotPlain(value.getClass().getSimpleName());
    }

    private static void writeNumber(Number value, StringBuilder out) throws NotPlain {
        Class<?> type = value.getClass();
        List<Class<?>> known = List.of(Integer.class, Long.class, Short.class, Byte.class, BigInteger.class,
            BigDecimal.class, Double.class, Float.class);
        if (!known.contains(type)) throw new NotPlain(type.getSimpleName());
        out.append(value);
    }

    private static void writeArray(Object array, StringBuilder out, int depth) throws NotPlain {
        List<Object> items = new ArrayList<>();
        for (int at = 0; at < Array.getLength(array); at++) items.add(Array.get(array, at));
        writeItems(items, out, depth);
    }

    private static void writeItems(Collection<?> items, StringBuilder out, int depth) throws NotPlain {
        String between = "[";
        for (Object item : items) {
            out.append(between);
            write(item, out, depth);
            between = ",";
        }
        out.append(between.equals("[") ? "[]" : "]");
    }

    private static void writeMap(Map<?, ?> items, StringBuilder out, int depth) throws NotPlain {
        String between = "{";
        for (Map.Entry<?, ?> item : items.entrySet()) {
            out.append(between).append(quoted(String.valueOf(item.getKey()))).append(':');
            write(item.getValue(), out, depth);
            between = ",";
        }
        out.append(between.equals("{") ? "{}" : "}");
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char each : text.toCharArray()) {
            if (each == '"' || each == '\\') out.append('\\').append(each);
            else if (each < ' ' || Character.isSurrogate(each)) out.append(String.format("\\u%04x", (int) each));
            else out.append(each);
        }
        return out.append('"').toString();
    }

    // ------------------------------------------------------------------------------------------------ reading JSON

    /** Reads what the service wrote, which is always well formed. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        Object value() {
            skipBlanks();
            switch (text.charAt(at)) {
                case '{': return object();
                case '[': return list();
                case '"': return string();
                case 't': at += 4; return true;
                case 'f': at += 5; return false;
                case 'n': at += 4; return null;
                default: return number();
            }
        }

        private void skipBlanks() {
            while (at < text.length() && text.charAt(at) <= ' ') at++;
        }

        private boolean ends(char closing) {
            skipBlanks();
            boolean isEnd = text.charAt(at) == closing;
            if (isEnd || text.charAt(at) == ',') at++;
            return isEnd;
        }

        private Map<String, Object> object() {
            Map<String, Object> items = new LinkedHashMap<>();
            for (at++; !ends('}');) {
                skipBlanks();
                String key = string();
                skipBlanks();
                at++;
                items.put(key, value());
            }
            return items;
        }

        private List<Object> list() {
            List<Object> items = new ArrayList<>();
            for (at++; !ends(']');) items.add(value());
            return items;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) out.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
            at++;
            return out.toString();
        }

        private char escaped() {
            char kind = text.charAt(++at);
            int place = "nrtbf".indexOf(kind);
            if (place >= 0) return "\n\r\t\b\f".charAt(place);
            if (kind != 'u') return kind;
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 3, at + 1), 16);
        }

        private Object number() {
            int start = at;
            while (at < text.length() && "+-.0123456789eEINaftyn".indexOf(text.charAt(at)) >= 0) at++;
            String word = text.substring(start, at);
            if (word.matches("-?\\d+")) return new BigInteger(word);
            return Double.valueOf(word);
        }
    }
}
