package dev.latchkey.keys.support;

import dev.latchkey.kit.tls.IdentityFiles;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A CA of the test's own, and PEM files with what it signs. */
public final class TestAuthority {
  private final X509Bundle root;

  public TestAuthority(String name) throws Exception {
    root =
        new CertificateBuilder()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** Writes the CA's certificate, over what was there. */
  public Path write(Path file) throws IOException {
    return Files.writeString(file, root.getCertificatePEM());
  }

  /** Writes a new certificate for this machine's names and its key, over what was there. */
  public IdentityFiles write(String name, IdentityFiles files) throws Exception {
    X509Bundle leaf =
        new CertificateBuilder()
            .subject("CN=" + name)
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .buildIssuedBy(root);
    Files.writeString(files.certificate(), leaf.getCertificatePathPEM());
    Files.writeString(files.key(), leaf.getPrivateKeyPEM());
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-------"));
    return files;
  }

  /** The same into a folder. */
  public IdentityFiles write(String name, Path folder) throws Exception {
    return write(
        name, new IdentityFiles(folder.resolve(name + ".pem"), folder.resolve(name + ".key")));
  }
}
