package dev.latchkey.kit.runtime;

import io.micronaut.context.ApplicationContextConfigurer;
import io.micronaut.context.env.PropertyExpressionResolver;
import io.micronaut.context.env.PropertySourceLoader;
import io.micronaut.core.beans.BeanIntrospectionReference;
import io.micronaut.core.convert.TypeConverterRegistrar;
import io.micronaut.core.io.service.SoftServiceLoader;
import io.micronaut.core.io.service.SoftServiceLoader.Optimizations;
import io.micronaut.core.io.service.SoftServiceLoader.StaticDefinition;
import io.micronaut.core.io.service.SoftServiceLoader.StaticServiceLoader;
import io.micronaut.core.optim.StaticOptimizations;
import io.micronaut.inject.BeanConfiguration;
import io.micronaut.inject.BeanDefinitionReference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bean definitions of a service and what else the container looks for in every jar, found once
 * when the service's jar is built instead of at each start. The build runs {@link #main} and puts
 * the file into the jar; a service that runs from its classes has none and looks around itself.
 */
public final class ServiceIndex {
  private static final String FOLDER = "META-INF/latchkey/";
  private static final String ENDING = ".services";
  private static final String NONE = "-";

  /** All that a start asks for: what is not listed here is looked for, which reads every jar. */
  private static final List<Class<?>> KINDS =
      List.of(
          ApplicationContextConfigurer.class,
          BeanConfiguration.class,
          BeanDefinitionReference.class,
          BeanIntrospectionReference.class,
          PropertyExpressionResolver.class,
          PropertySourceLoader.class,
          TypeConverterRegistrar.class);

  private static final AtomicBoolean USED = new AtomicBoolean();

  private ServiceIndex() {}

  /**
   * Writes the index of what is on the class path.
   *
   * @param arguments the folder of the service's classes, and its name
   */
  public static void main(String[] arguments) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Class<?> kind : KINDS) {
      List<String> names =
          SoftServiceLoader.load(kind).collectAll().stream()
              .filter(ServiceIndex::isPresent)
              .map(found -> found.getClass().getName())
              .sorted()
              .toList();
      (names.isEmpty() ? List.of(NONE) : names)
          .forEach(name -> lines.add(kind.getName() + " " + name));
    }
    Path file = Path.of(arguments[0]).resolve(FOLDER + arguments[1] + ENDING);
    Files.createDirectories(file.getParent());
    Files.write(file, lines);
  }

  private static boolean isPresent(Object found) {
    return !(found instanceof BeanDefinitionReference<?> bean) || bean.isPresent();
  }

  /** Has the container go by the index of a service, if its jar has one. */
  static void use(String service) {
    URL file = ServiceIndex.class.getClassLoader().getResource(FOLDER + service + ENDING);
    // Beside classes it may be older than they are.
    if (file != null && file.getProtocol().equals("jar") && USED.compareAndSet(false, true)) {
      StaticOptimizations.set(new Optimizations(read(file)));
    }
  }

  private static Map<String, StaticServiceLoader<?>> read(URL file) {
    Map<String, List<String>> names = new HashMap<>();
    try (InputStream in = file.openStream()) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        int space = line.indexOf(' ');
        List<String> ofKind =
            names.computeIfAbsent(line.substring(0, space), _ -> new ArrayList<>());
        String name = line.substring(space + 1);
        if (!name.equals(NONE)) {
          ofKind.add(name);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, StaticServiceLoader<?>> loaders = new HashMap<>();
    names.forEach((kind, found) -> loaders.put(kind, new Listed<>(found)));
    return loaders;
  }

  /** The implementations of one kind. */
  private record Listed<S>(List<String> names) implements StaticServiceLoader<S> {
    @Override
    public Stream<StaticDefinition<S>> findAll(Predicate<String> condition) {
      return names.stream()
          .filter(condition)
          .map(name -> StaticDefinition.of(name, () -> make(name)));
    }

    @Override
    public List<S> load(Predicate<String> condition, @Nullable Predicate<S> predicate) {
      List<S> made = new ArrayList<>(names.size());
      for (String name : names) {
        if (condition.test(name)) {
          S one = make(name);
          if (predicate == null || predicate.test(one)) {
            made.add(one);
          }
        }
      }
      return made;
    }

    @SuppressWarnings("unchecked")
    private S make(String name) {
      try {
        Class<?> type = Class.forName(name, false, ServiceIndex.class.getClassLoader());
        return (S)
            MethodHandles.publicLookup()
                .findConstructor(type, MethodType.methodType(void.class))
                .invoke();
      } catch (Throwable failure) {
        throw new IllegalStateException("the jars do not belong together: " + name, failure);
      }
    }
  }
}
