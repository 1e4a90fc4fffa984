package dev.latchkey.kit.tls;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that are used anew when their content changes. Content that cannot be used changes nothing:
 * what was read last stays. Looks at the content, not at times: so it sees a certificate that was
 * renewed with the same key, and files behind links that are turned, as Kubernetes does. For one
 * thread at a time.
 */
final class WatchedFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);

  private final List<Path> files;
  private final Use use;
  private byte[] used = {};
  private byte[] unusable = {};
  private boolean complained;

  /** Reads the files and puts them to use. */
  @FunctionalInterface
  interface Use {
    void run() throws UnusablePemException;
  }

  WatchedFiles(List<Path> files, Use use) {
    this.files = List.copyOf(files);
    this.use = use;
  }

  /** Uses the files for the first time. */
  void start() throws UnusablePemException {
    used = digest();
    use.run();
  }

  /**
   * Uses the files if they have changed. Complains only about what is found unusable twice: between
   * the writing of a certificate and that of its key, the two do not match.
   */
  void look() {
    byte[] found = {};
    try {
      found = digest();
      if (Arrays.equals(found, used)) {
        complained = false;
        return;
      }
      use.run();
      used = found;
      complained = false;
      LOG.info("new TLS files are in use: {}", files);
    } catch (UnusablePemException e) {
      if (Arrays.equals(found, unusable) && !complained) {
        complained = true;
        LOG.warn("the TLS files cannot be used, those before stay in use: {}", e.problem());
      }
      unusable = found;
    }
  }

  private byte[] digest() throws UnusablePemException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        digest.update(Pem.bytes(file));
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
