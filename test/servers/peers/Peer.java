// A TLS peer over JSSE. Each line of the input is a server or a client in words; test/servers/peers.ts says which.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

public class Peer {
    public static void main(String[] arguments) throws Exception {
        ExecutorService running = Executors.newCachedThreadPool();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split("\t");
            Map<String, String> words = new HashMap<>();
            for (int at = 1; at < parts.length; at++) {
                int equals = parts[at].indexOf('=');
                words.put(parts[at].substring(0, equals), parts[at].substring(equals + 1));
            }
            running.execute(() -> answer(parts[0], words));
        }
        running.shutdown();
    }

    static synchronized void say(String words) {
        System.out.println(words.replace('\n', ' '));
        System.out.flush();
    }

    static void answer(String command, Map<String, String> words) {
        try {
            if (command.equals("serve")) serve(words);
            else connect(words);
            say(words.get("id") + " ok");
        } catch (Exception error) {
            say(words.get("id") + " no " + error.getMessage());
        }
    }

    static void serve(Map<String, String> words) throws Exception {
        SSLContext context;
        try {
            context = configure(words, false);
        } catch (Exception error) {
            say(words.get("id") + " port 0");
            throw error;
        }
        try (SSLServerSocket listener =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            listener.setEnabledProtocols(protocols(words));
            String verify = words.get("verify");
            if (verify.equals("require")) listener.setNeedClientAuth(true);
            if (verify.equals("request")) listener.setWantClientAuth(true);
            listener.setSoTimeout(5000);
            say(words.get("id") + " port " + listener.getLocalPort());
            try (SSLSocket socket = (SSLSocket) listener.accept()) {
                talk(socket, "pong", "ping");
            }
        }
    }

    static void connect(Map<String, String> words) throws Exception {
        Socket plain = new Socket("127.0.0.1", Integer.parseInt(words.get("port")));
        SSLContext context;
        try {
            context = configure(words, words.get("verify").equals("none"));
        } catch (Exception error) {
            // The other side is to hear of it.
            plain.close();
            throw error;
        }
        String name = words.getOrDefault("name", "");
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(plain, name.isEmpty() ? "127.0.0.1" : name, plain.getPort(), true)) {
            socket.setEnabledProtocols(protocols(words));
            SSLParameters parameters = socket.getSSLParameters();
            if (!words.get("verify").equals("none")) parameters.setEndpointIdentificationAlgorithm("HTTPS");
            if (!name.isEmpty()) parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            talk(socket, "ping", "pong");
        }
    }

    static String[] protocols(Map<String, String> words) {
        List<String> enabled = new ArrayList<>();
        for (String version : List.of("1.2", "1.3"))
            if (version.compareTo(words.get("min")) >= 0 && version.compareTo(words.get("max")) <= 0) enabled.add("TLSv" + version);
        return enabled.toArray(new String[0]);
    }

    /** Both have to get a word through: in TLS 1.3 a client hears of its rejection when it reads. */
    static void talk(SSLSocket socket, String own, String expected) throws IOException {
        socket.setSoTimeout(5000);
        socket.startHandshake();
        if (own.equals("ping")) socket.getOutputStream().write(own.getBytes());
        String heard = new String(socket.getInputStream().readNBytes(expected.length()));
        if (!heard.equals(expected)) throw new IOException("closed");
        if (own.equals("pong")) socket.getOutputStream().write(own.getBytes());
    }

    static SSLContext configure(Map<String, String> words, boolean trustsAll) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        KeyManager[] keys = remembered("keys " + words.get("cert") + " " + words.get("key"), () -> keyManagers(words));
        TrustManager[] trust =
            trustsAll ? new TrustManager[] {new Credulous()} : remembered("trust " + words.get("ca") + " " + words.get("crl"), () -> trustManagers(words));
        context.init(keys, trust, null);
        return context;
    }

    static final Map<String, Object> made = new ConcurrentHashMap<>();

    /** A key store costs more than a handshake. */
    @SuppressWarnings("unchecked")
    static <T> T remembered(String files, Callable<T> make) throws Exception {
        Object known = made.get(files);
        if (known != null) return (T) known;
        T fresh = make.call();
        made.put(files, fresh);
        return fresh;
    }

    static Collection<? extends Certificate> certificates(String file) throws Exception {
        try (InputStream in = new FileInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }

    static KeyManager[] keyManagers(Map<String, String> words) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String[] files = words.getOrDefault("cert", "").split(",");
        for (int at = 0; at < files.length; at++) {
            if (files[at].isEmpty()) continue;
            Certificate[] chain = certificates(files[at]).toArray(new Certificate[0]);
            store.setKeyEntry("key" + at, privateKey(words.get("key").split(",")[at]), new char[0], chain);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    static PrivateKey privateKey(String file) throws Exception {
        String text = Files.readString(Path.of(file)).replaceAll("-----[^-]*-----|\\s", "");
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (java.security.spec.InvalidKeySpecException other) {
                continue;
            }
        }
        return KeyFactory.getInstance("EdDSA").generatePrivate(encoded);
    }

    static TrustManager[] trustManagers(Map<String, String> words) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        String file = words.getOrDefault("ca", "");
        int number = 0;
        if (!file.isEmpty()) for (Certificate it : certificates(file)) store.setCertificateEntry("ca" + number++, it);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        String lists = words.getOrDefault("crl", "");
        if (lists.isEmpty()) {
            factory.init(store);
            return factory.getTrustManagers();
        }
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        parameters.setRevocationEnabled(true);
        try (InputStream in = new FileInputStream(lists)) {
            Collection<?> crls = CertificateFactory.getInstance("X.509").generateCRLs(in);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
        }
        factory.init(new CertPathTrustManagerParameters(parameters));
        return factory.getTrustManagers();
    }

    /** Verifies nothing, as so many clients do. */
    static class Credulous extends X509ExtendedTrustManager {
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, Socket socket) {}
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String type) {}
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String type) {}
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }
}
