// Asks the PKIX trust manager of the installed Java. Each line: purpose, seconds, end entity, sent, trusted; lists of base64 by comma.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

public class Ask {
  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      try {
        answer(line.split(" "));
        System.out.println("ok");
      } catch (Exception refusal) {
        System.out.println("no " + String.valueOf(refusal.getMessage()).replace('\n', ' '));
      }
    }
  }

  static void answer(String[] fields) throws Exception {
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate it : parseAll(fields[4])) anchors.add(new TrustAnchor(it, null));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
    parameters.setRevocationEnabled(false);
    parameters.setDate(new Date(Long.parseLong(fields[1]) * 1000));
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(new CertPathTrustManagerParameters(parameters));
    X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(parse(fields[2]));
    chain.addAll(parseAll(fields[3]));
    X509Certificate[] sent = chain.toArray(new X509Certificate[0]);
    if (fields[0].equals("server")) manager.checkServerTrusted(sent, "UNKNOWN");
    else manager.checkClientTrusted(sent, "UNKNOWN");
  }

  static List<X509Certificate> parseAll(String list) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (String text : list.split(",")) {
      try {
        certificates.add(parse(text));
      } catch (Exception unreadable) {
        // What Java cannot read never gets into a key store, nor into a handshake.
      }
    }
    return certificates;
  }

  static X509Certificate parse(String text) throws CertificateException {
    byte[] der = Base64.getDecoder().decode(text);
    return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
