package dev.latchkey.kit.tls;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a certificate and its key are.
 *
 * @param certificate PEM: the certificate first, then those between it and its CA
 * @param key PEM: the certificate's private key, PKCS#8, not encrypted
 */
public record IdentityFiles(Path certificate, Path key) {
  /** Reads two settings of which both or none must be set, and tries the files. */
  public static Optional<IdentityFiles> read(SettingsReader in, Setting certificate, Setting key) {
    Optional<Path> certificateFile = in.optionalText(certificate).map(Path::of);
    Optional<Path> keyFile = in.optionalText(key).map(Path::of);
    if (certificateFile.isPresent() != keyFile.isPresent()) {
      Setting missing = certificateFile.isPresent() ? key : certificate;
      Setting given = certificateFile.isPresent() ? certificate : key;
      in.refuse(missing, "not set, though %s is (expected: both or none)".formatted(given.name()));
      return Optional.empty();
    }
    Optional<IdentityFiles> files =
        certificateFile.flatMap(first -> keyFile.map(second -> new IdentityFiles(first, second)));
    files.ifPresent(present -> present.check(in, certificate, key));
    return files;
  }

  private void check(SettingsReader in, Setting certificateSetting, Setting keySetting) {
    boolean certificateIsReadable =
        Pem.check(in, certificateSetting, () -> Pem.certificates(certificate));
    boolean keyIsReadable = Pem.check(in, keySetting, () -> Pem.privateKey(key));
    if (certificateIsReadable && keyIsReadable) {
      boolean _ = Pem.check(in, keySetting, () -> Identity.load(this));
    }
  }
}
