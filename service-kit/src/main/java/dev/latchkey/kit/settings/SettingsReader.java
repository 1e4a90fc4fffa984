package dev.latchkey.kit.settings;

import dev.latchkey.kit.secret.Secret;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from the environment and from the file that {@value #FILE} names, if any; the
 * environment wins. Mistakes are collected, and {@link #check} reports them together. The methods
 * give a usable placeholder for a value they refuse. For one thread.
 */
public final class SettingsReader {
  /** Names the configuration file: {@code NAME=value} lines with the same names. */
  public static final String FILE = "LATCHKEY_CONFIG";

  private static final String TARGET = "(?:[A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+]):[0-9]{1,5}";

  private final Map<String, String> values;
  private final List<String> mistakes = new ArrayList<>();

  private SettingsReader(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Opens the settings of a service. A name in the file that the service does not know is a
   * mistake; the environment may hold anything.
   */
  public static SettingsReader open(Map<String, String> environment, List<Setting> known) {
    Map<String, String> values = new HashMap<>();
    SettingsReader reader = new SettingsReader(values);
    String file = environment.getOrDefault(FILE, "");
    if (!file.isEmpty()) {
      reader.load(Path.of(file), known);
    }
    known.forEach(
        setting -> {
          String value = environment.get(setting.name());
          if (value != null) {
            values.put(setting.name(), value);
          }
        });
    return reader;
  }

  private void load(Path file, List<Setting> known) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException | IllegalArgumentException e) {
      mistakes.add("%s: cannot read %s (%s)".formatted(FILE, file, e.getMessage()));
    }
    Set<String> names = known.stream().map(Setting::name).collect(Collectors.toSet());
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (names.contains(name)) {
        values.put(name, properties.getProperty(name));
      } else {
        mistakes.add("%s: unknown setting in %s".formatted(name, file));
      }
    }
  }

  /** Throws a {@link SettingsException} with every mistake found so far. */
  public void check() {
    if (!mistakes.isEmpty()) {
      throw new SettingsException(mistakes);
    }
  }

  /** Notes a mistake found by the caller. */
  public void refuse(Setting setting, String problem) {
    mistakes.add(setting.name() + ": " + problem);
  }

  /** A text; empty when it is neither set nor has a default. */
  public String text(Setting setting) {
    return value(setting).orElse("");
  }

  /** A text that may be left out. */
  public Optional<String> optionalText(Setting setting) {
    return value(setting);
  }

  /** A secret that may be left out. */
  public Optional<Secret> optionalSecret(Setting setting) {
    return value(setting).map(Secret::of);
  }

  /** A file or folder. */
  public Path path(Setting setting) {
    return Path.of(text(setting));
  }

  /** A TCP port, 1 to 65535; 0 lets the system choose. */
  public int port(Setting setting) {
    return integer(setting, 0, 65_535);
  }

  /** A whole number in a range. */
  public int integer(Setting setting, int smallest, int largest) {
    String value = text(setting);
    try {
      int number = Integer.parseInt(value);
      if (number >= smallest && number <= largest) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the same answer.
    }
    refuse(setting, "\"%s\" (expected: %d to %d)".formatted(value, smallest, largest));
    return smallest;
  }

  /**
   * A duration such as {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h} or {@code 7d}, in a range.
   */
  public Duration duration(Setting setting, Duration shortest, Duration longest) {
    String value = text(setting);
    Duration duration = parse(value);
    if (duration == null || duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
      refuse(
          setting,
          "\"%s\" (expected: a duration such as 250ms, 5s or 2m, from %s to %s)"
              .formatted(value, print(shortest), print(longest)));
      return shortest;
    }
    return duration;
  }

  /** A {@code host:port}. */
  public String target(Setting setting) {
    String value = text(setting);
    if (!value.matches(TARGET)) {
      refuse(setting, "\"%s\" (expected: host:port)".formatted(value));
    }
    return value;
  }

  /** One or more {@code host:port}, divided by commas. */
  public String targets(Setting setting) {
    String value = text(setting);
    if (!value.matches(TARGET + "(?:," + TARGET + "){0,31}")) {
      refuse(setting, "\"%s\" (expected: host:port, or up to 32 by commas)".formatted(value));
    }
    return value;
  }

  /** A switch: {@code on} or {@code off}. */
  public boolean flag(Setting setting) {
    String value = text(setting);
    if (!value.equals("on") && !value.equals("off")) {
      refuse(setting, "\"%s\" (expected: on or off)".formatted(value));
    }
    return value.equals("on");
  }

  /** Texts divided by commas; none when it is not set. */
  public List<String> list(Setting setting) {
    return value(setting).stream()
        .flatMap(value -> List.of(value.split(",", -1)).stream())
        .map(String::strip)
        .filter(item -> !item.isEmpty())
        .toList();
  }

  private Optional<String> value(Setting setting) {
    String value = values.getOrDefault(setting.name(), "").strip();
    return value.isEmpty() ? Optional.ofNullable(setting.defaultValue()) : Optional.of(value);
  }

  private static @Nullable Duration parse(String value) {
    try {
      if (value.endsWith("ms")) {
        return Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)));
      }
      return value.endsWith("d")
          ? Duration.parse("P" + value.toUpperCase(Locale.ROOT))
          : Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
    } catch (NumberFormatException | DateTimeParseException e) {
      return null;
    }
  }

  private static String print(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
