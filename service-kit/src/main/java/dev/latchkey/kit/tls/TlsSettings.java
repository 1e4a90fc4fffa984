package dev.latchkey.kit.tls;

import dev.latchkey.kit.settings.Setting;
import dev.latchkey.kit.settings.SettingsReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a service proves itself, and whom it believes. Reading them tries every file, so that a
 * mistake is found at start.
 *
 * @param identity what the gRPC listener shows, if there is one, and the service's own clients
 *     where {@code ca} is set; none: the listener speaks plain text
 * @param clientCa the CA of those who may connect to the gRPC listener; none: anybody may
 * @param ca the CA of the services called; none: they are called in plain text
 * @param operations whether health and metrics are served with TLS too
 */
public record TlsSettings(
    Optional<IdentityFiles> identity,
    Optional<Path> clientCa,
    Optional<Path> ca,
    boolean operations) {
  private static final Setting CERTIFICATE =
      new Setting(
          "LATCHKEY_TLS_CERTIFICATE",
          null,
          "PEM file with this service's certificate and its chain. Set, with the key: the gRPC"
              + " listener takes TLS only. Read again when it changes, like all files of TLS.");
  private static final Setting CERTIFICATE_OF_CALLER =
      new Setting(
          CERTIFICATE.name(),
          null,
          "PEM file with this service's certificate and its chain, shown to services that ask for"
              + " one. Read again when it changes, like all files of TLS.");
  private static final Setting KEY =
      new Setting(
          "LATCHKEY_TLS_KEY",
          null,
          "PEM file with the certificate's private key: RSA or EC, PKCS#8, not encrypted.");
  private static final Setting CLIENT_CA =
      new Setting(
          "LATCHKEY_TLS_CLIENT_CA",
          null,
          "PEM file with CAs. Set: who connects to the gRPC listener must show a certificate that"
              + " one of them signed (mutual TLS).");
  private static final Setting CA =
      new Setting(
          "LATCHKEY_TLS_CA",
          null,
          "PEM file with CAs. Set: other services are called with TLS, must show a certificate for"
              + " the called host that one of them signed, and are shown"
              + " `LATCHKEY_TLS_CERTIFICATE` where they ask.");
  private static final Setting OPERATIONS =
      new Setting(
          "LATCHKEY_OPERATIONS_TLS",
          "off",
          "`on` or `off`: whether health and metrics are served with `LATCHKEY_TLS_CERTIFICATE`;"
              + " many probers cannot do TLS.");

  /** All settings of a service with a gRPC listener, in the order of the table. */
  public static final List<Setting> ALL = List.of(CERTIFICATE, KEY, CLIENT_CA, CA, OPERATIONS);

  /** All settings of who calls services and has no gRPC listener, in the order of the table. */
  public static final List<Setting> OF_CALLER = List.of(CERTIFICATE_OF_CALLER, KEY, CA, OPERATIONS);

  /** Plain text everywhere. */
  public static final TlsSettings NONE =
      new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** Reads the settings of a service with a gRPC listener, and tries the files they name. */
  public static TlsSettings read(SettingsReader in) {
    return read(in, clientCa(in, CLIENT_CA, CERTIFICATE));
  }

  /** The same of who calls services and has no gRPC listener. */
  public static TlsSettings readOfCaller(SettingsReader in) {
    return read(in, Optional.empty());
  }

  private static TlsSettings read(SettingsReader in, Optional<Path> clientCa) {
    Optional<IdentityFiles> identity = IdentityFiles.read(in, CERTIFICATE, KEY);
    boolean operations = in.flag(OPERATIONS);
    if (operations && in.optionalText(CERTIFICATE).isEmpty()) {
      in.refuse(OPERATIONS, "needs " + CERTIFICATE.name());
    }
    return new TlsSettings(identity, clientCa, authorities(in, CA), operations);
  }

  /**
   * Reads whom a listener lets in, and tries the file.
   *
   * @param certificate names what the listener shows; needed to ask its clients for theirs
   */
  public static Optional<Path> clientCa(SettingsReader in, Setting setting, Setting certificate) {
    Optional<Path> file = authorities(in, setting);
    if (file.isPresent() && in.optionalText(certificate).isEmpty()) {
      in.refuse(setting, "needs " + certificate.name());
    }
    return file;
  }

  private static Optional<Path> authorities(SettingsReader in, Setting setting) {
    return in.optionalText(setting)
        .map(Path::of)
        .filter(file -> Pem.check(in, setting, () -> Pem.certificates(file)));
  }
}
