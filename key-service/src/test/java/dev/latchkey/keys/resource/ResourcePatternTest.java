package dev.latchkey.keys.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResourcePatternTest {
  private static ResourcePattern pattern(String text) {
    return ResourcePattern.parse(text).orElseThrow();
  }

  private static Resource resource(String text) {
    return Resource.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "folder:/contracts/**, folder:/contracts/2026/a.pdf, true",
    "folder:/contracts/**, folder:/contracts, true",
    "folder:/contracts/**, folder:/contracts2/a, false",
    "folder:/contracts/**, file:/contracts/a, false",
    "folder:/contracts/*, folder:/contracts/a, true",
    "folder:/contracts/*, folder:/contracts/a/b, false",
    "folder:/contracts/*, folder:/contracts, false",
    "folder:/**/*.pdf, folder:/a/b/c.pdf, true",
    "folder:/**/*.pdf, folder:/c.pdf, true",
    "folder:/**/*.pdf, folder:/a/pdf, false",
    "folder:/a/**/z, folder:/a/z, true",
    "folder:/a/**/z, folder:/a/b/c/z, true",
    "folder:/a/**/z, folder:/a, false",
    "folder:/a*a, folder:/a, false",
    "folder:/a*a, folder:/aa, true",
    "folder:/, folder:/, true",
    "folder:/**, folder:/, true",
    "folder:/A, folder:/a, false",
  })
  void pattern_matchesAsItsDocumentationSays(String pattern, String resource, boolean matches) {
    assertThat(pattern(pattern).matches(resource(resource))).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "folder",
        "folder:",
        "folder:a",
        "Folder:/a",
        "folder:/a//b",
        "folder:/a/",
        "folder:/..",
        "folder:/a/./b",
        ":/a",
        "folder:/a\u0000b",
        "folder:/a\nb"
      })
  void whatIsNoResource_isNoPatternEither(String text) {
    assertThat(Resource.parse(text)).isEmpty();
    assertThat(ResourcePattern.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"folder:/a/**/b/**", "folder:/*a*", "folder:/***", "folder:/a**"})
  void patternsThatWouldNeedBacktracking_areRefused(String text) {
    assertThat(ResourcePattern.parse(text)).isEmpty();
  }

  /** Against a regular expression, on generated patterns and resources (seeded). */
  @Test
  void matching_agreesWithANaiveReference() {
    Random random = new Random(42);
    int matched = 0;
    for (int i = 0; i < 50_000; i++) {
      String pattern = "t:/" + path(random, true);
      String resource = "t:/" + path(random, false);
      boolean actual = pattern(pattern).matches(resource(resource));
      assertThat(actual)
          .as("%s against %s", pattern, resource)
          .isEqualTo(Pattern.matches(regex(pattern), closed(resource)));
      matched += actual ? 1 : 0;
    }
    assertThat(matched).as("the test sees both outcomes").isBetween(1_000, 49_000);
  }

  /** Whatever the inner pattern grants, a pattern that covers it grants too (seeded). */
  @Test
  void covering_isSound() {
    Random random = new Random(43);
    int covered = 0;
    for (int i = 0; i < 100_000; i++) {
      ResourcePattern outer = pattern("t:/" + path(random, true));
      ResourcePattern inner = pattern("t:/" + path(random, true));
      Resource resource = resource("t:/" + path(random, false));
      if (outer.covers(inner)) {
        covered++;
        assertThat(!inner.matches(resource) || outer.matches(resource))
            .as("%s covers %s, on %s", outer, inner, resource)
            .isTrue();
      }
    }
    assertThat(covered).isGreaterThan(1_000);
  }

  private static String path(Random random, boolean wildcards) {
    List<String> segments = new ArrayList<>();
    boolean any = false;
    int length = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      if (wildcards && !any && random.nextInt(4) == 0) {
        segments.add("**");
        any = true;
      } else if (wildcards && random.nextInt(3) == 0) {
        segments.add(letters(random, 0) + "*" + letters(random, 0));
      } else {
        segments.add(letters(random, 1));
      }
    }
    return String.join("/", segments);
  }

  private static String letters(Random random, int least) {
    StringBuilder text = new StringBuilder();
    int length = least + random.nextInt(2);
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  /** Each segment with its slash, so that ** can stand for none. */
  private static String regex(String pattern) {
    StringBuilder regex = new StringBuilder("t:/");
    String path = pattern.substring(3);
    for (String segment : path.isEmpty() ? new String[0] : path.split("/", -1)) {
      regex.append(segment.equals("**") ? "(?:[^/]+/)*" : segment.replace("*", "[^/]*") + "/");
    }
    return regex.toString();
  }

  private static String closed(String resource) {
    return resource.endsWith("/") ? resource : resource + "/";
  }
}
