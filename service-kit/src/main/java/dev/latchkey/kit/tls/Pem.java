package dev.latchkey.kit.tls;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Reads certificates and keys from PEM files. */
final class Pem {
  /** Far above any chain or bundle of CAs, and small enough to be read often. */
  private static final int LARGEST_FILE = 1 << 20;

  private Pem() {}

  /** Reads a file, for its content or only to see whether it can be used. */
  @FunctionalInterface
  interface Source<T> {
    T read() throws UnusablePemException;
  }

  /** Tries to read what a setting names; notes the mistake where that fails. */
  static boolean check(SettingsReader in, Setting setting, Source<?> source) {
    try {
      var _ = source.read();
      return true;
    } catch (UnusablePemException e) {
      in.refuse(setting, e.problem());
      return false;
    }
  }

  /** One or more certificates, in the order of the file. */
  static List<X509Certificate> certificates(Path file) throws UnusablePemException {
    byte[] bytes = bytes(file);
    try {
      X509Certificate[] found =
          CertificateUtils.getX509Certificates(new ByteArrayInputStream(bytes));
      if (found.length > 0) {
        return List.of(found);
      }
    } catch (GeneralSecurityException e) {
      // Falls through to the same answer.
    }
    throw new UnusablePemException(
        "%s holds no certificate (expected: PEM, -----BEGIN CERTIFICATE-----)".formatted(file));
  }

  /** A private key that is not encrypted. */
  static PrivateKey privateKey(Path file) throws UnusablePemException {
    byte[] bytes = bytes(file);
    if (new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN PRIVATE KEY-----")) {
      try {
        return CertificateUtils.getPrivateKey(new ByteArrayInputStream(bytes));
      } catch (IOException | GeneralSecurityException | RuntimeException e) {
        // Falls through to the same answer; the cause might quote the key.
      }
    }
    throw new UnusablePemException(
        "%s holds no RSA or EC key (expected: PEM, PKCS#8, not encrypted: -----BEGIN PRIVATE KEY-----)"
            .formatted(file));
  }

  /** All of a file. */
  static byte[] bytes(Path file) throws UnusablePemException {
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw new UnusablePemException(
            "%s is too large (expected: at most %d bytes)".formatted(file, LARGEST_FILE));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UnusablePemException("%s does not exist".formatted(file));
    } catch (IOException e) {
      throw new UnusablePemException(
          "cannot read %s (%s)".formatted(file, e.getClass().getSimpleName()));
    }
  }
}
