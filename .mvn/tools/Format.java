import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks or rewrites every Java source below a folder with google-java-format: {@code Format.java
 * check|apply FOLDER}. Run by the build; {@code mvn -N validate -Dformat=apply} rewrites.
 */
final class Format {
  public static void main(String[] arguments) throws IOException {
    boolean apply = arguments[0].equals("apply");
    Path root = Path.of(arguments[1]);
    List<String> unformatted = new ArrayList<>();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Format::isSource).toList()) {
        String before = Files.readString(file);
        String after = formatted(file, before);
        if (!before.equals(after)) {
          unformatted.add(root.relativize(file).toString());
          if (apply) {
            Files.writeString(file, after);
          }
        }
      }
    }
    if (!unformatted.isEmpty() && !apply) {
      System.err.println("Not formatted (mvn -N validate -Dformat=apply mends it):");
      unformatted.forEach(name -> System.err.println("  " + name));
      System.exit(1);
    }
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java")
        && !file.toString().contains("/target/")
        && !file.toString().contains("/.latchkey/");
  }

  private static String formatted(Path file, String source) {
    try {
      return new Formatter()
          .formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(source),
                  JavaFormatterOptions.Style.GOOGLE));
    } catch (FormatterException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
  }
}
