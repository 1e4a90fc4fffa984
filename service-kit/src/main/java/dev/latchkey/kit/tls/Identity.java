package dev.latchkey.kit.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate with its chain, and the key that belongs to it. */
record Identity(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = {1, 2, 3, 4};

  Identity {
    chain = List.copyOf(chain);
  }

  /** Reads both files and checks that they belong together. */
  static Identity load(IdentityFiles files) throws UnusablePemException {
    Identity identity =
        new Identity(Pem.certificates(files.certificate()), Pem.privateKey(files.key()));
    if (!identity.matches()) {
      throw new UnusablePemException(
          "the key in %s does not belong to the certificate in %s"
              .formatted(files.key(), files.certificate()));
    }
    return identity;
  }

  /** The certificate itself. */
  X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Whether what the key signs is verified by the certificate. */
  private boolean matches() {
    PublicKey publicKey = certificate().getPublicKey();
    if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    String algorithm = "SHA256with" + (key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "Identity[" + certificate().getSubjectX500Principal() + "]";
  }
}
