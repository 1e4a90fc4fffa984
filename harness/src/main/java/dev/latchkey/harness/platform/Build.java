package dev.latchkey.harness.platform;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the built jars and the Java that runs this are. */
public final class Build {
  private Build() {}

  /** The folder of the checkout: the nearest one above this class that has the modules. */
  public static Path root() {
    for (Path folder = here(); folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve(Service.KEY_SERVICE.module()))
          && Files.isDirectory(folder.resolve("proto"))) {
        return folder;
      }
    }
    throw new IllegalStateException(here() + " is not inside a checkout of Latchkey");
  }

  private static Path here() {
    try {
      return Path.of(Build.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The class path of a module's built jar and its libraries. */
  public static String classPath(String module) {
    Path jar = jar(module);
    return jar + File.pathSeparator + jar.resolveSibling("lib").resolve("*");
  }

  /** The jar of a module, by its folder. */
  static Path jar(String module) {
    Path folder = root().resolve(module);
    Path jar = folder.resolve("target").resolve(folder.getFileName() + ".jar");
    if (!Files.isRegularFile(jar)) {
      throw new IllegalStateException(jar + " is missing: run mvn package (or mvn verify) first");
    }
    return jar;
  }

  /** The Java that runs this. */
  public static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
