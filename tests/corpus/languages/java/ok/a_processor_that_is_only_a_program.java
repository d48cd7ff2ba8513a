import java.util.Set;
import javax.annotation.processing.*;
import javax.lang.model.element.TypeElement;
@SupportedAnnotationTypes("*")
public class Main extends AbstractProcessor {
    @Override public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) {
        System.out.println("BREACH in the compiler");
        return false;
    }
    public static void main(String[] words) { System.out.println("only a program"); }
}
