package dev.latchkey.kit.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;

/** A CA of the test's own, and PEM files with what it signs. */
final class Authority {
  private final X509Bundle root;

  Authority(String name) throws Exception {
    root =
        new CertificateBuilder()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .setKeyUsage(true, KeyUsage.digitalSignature, KeyUsage.keyCertSign)
            .buildSelfSigned();
  }

  /** A certificate for this machine's names. */
  X509Bundle issue(String name) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(root);
  }

  /** A certificate for a key that is there already. */
  X509Bundle issue(String name, PublicKey key) throws Exception {
    return new CertificateBuilder()
        .subject("CN=" + name)
        .addSanDnsName("localhost")
        .publicKey(key)
        .buildIssuedBy(root);
  }

  /** Writes the CA's certificate. */
  Path write(Path file) throws IOException {
    return Files.writeString(file, root.getCertificatePEM());
  }

  /** Writes a certificate and its key, over what was there. */
  static IdentityFiles write(X509Bundle bundle, IdentityFiles files) throws IOException {
    Files.writeString(files.certificate(), bundle.getCertificatePathPEM());
    Files.writeString(files.key(), bundle.getPrivateKeyPEM());
    return files;
  }

  /** Writes a new certificate and its key into a folder. */
  IdentityFiles identity(Path folder, String name) throws Exception {
    return write(
        issue(name),
        new IdentityFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key")));
  }
}
