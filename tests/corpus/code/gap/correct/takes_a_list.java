import java.util.*;
class Answer { static long gap(List<Integer> values) { return Collections.max(values) - Collections.min(values); } }
