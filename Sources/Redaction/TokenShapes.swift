// The table of token shapes with a fixed start. Lengths are minima, from each issuer's documentation or from its
// entries in public secret-scanning rule sets; a longer token is still one token.

extension TokenShape {
    /// Every shape with a fixed start. Where one prefix starts another, the longer stands first.
    static let all: [TokenShape] = sourceHosting + cloud + machineLearning + packages + messaging + payments + others

    /// The same by their first byte.
    static let byFirst: [[TokenShape]] = (UInt8.min...UInt8.max).map { first in all.filter { $0.prefix[0] == first } }

    private static let word = ByteSet.alphanumeric
    /// Keeps long runs of base64 text from counting.
    private static let base64 = ByteSet.base64.union(ByteSet("_-"))

    private static let sourceHosting: [TokenShape] = [
        TokenShape("github-token", "github_pat_", .identifier, 20),
        TokenShape("github-token", "ghp_", .identifier, 36),
        TokenShape("github-token", "gho_", .identifier, 36),
        TokenShape("github-token", "ghu_", .identifier, 36),
        TokenShape("github-token", "ghs_", .identifier, 36),
        TokenShape("github-token", "ghr_", .identifier, 36),
        TokenShape("gitlab-token", "glpat-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "gldt-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glrt-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glrtr-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glcbt-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glptt-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glft-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glimt-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glagent-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "gloas-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glsoat-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "glffct-", .tokenAndDot, 20),
        TokenShape("gitlab-token", "GR1348941", .token, 20, notAfter: word),
        TokenShape("atlassian-token", "ATATT3", .bearer, 40, notAfter: base64, needsDigit: true),
        TokenShape("linear-token", "lin_api_", .alphanumeric, 32),
    ]

    private static let cloud: [TokenShape] = [
        TokenShape("aws-access-key-id", "AKIA", .upperDigits, 16, notAfter: .upperDigits),
        TokenShape("aws-access-key-id", "ASIA", .upperDigits, 16, notAfter: .upperDigits),
        TokenShape("aws-access-key-id", "ABIA", .upperDigits, 16, notAfter: .upperDigits),
        TokenShape("google-api-key", "AIza", .token, 35, notAfter: base64),
        TokenShape("google-token", "ya29.", .tokenAndDot, 20, notAfter: word),
        TokenShape("google-token", "1//0", .token, 40, notAfter: base64, needsDigit: true),
        TokenShape("google-client-secret", "GOCSPX-", .token, 20),
        TokenShape("azure-key", "AccountKey=", .base64, 20, keepsPrefix: true),
        TokenShape("azure-key", "SharedAccessKey=", .base64, 20, keepsPrefix: true),
        TokenShape("azure-sas", "sig=", ByteSet.base64.union(ByteSet("%-_")), 30, notAfter: word, keepsPrefix: true),
        TokenShape("digitalocean-token", "dop_v1_", .hexadecimal, 40),
        TokenShape("digitalocean-token", "doo_v1_", .hexadecimal, 40),
        TokenShape("digitalocean-token", "dor_v1_", .hexadecimal, 40),
        TokenShape("supabase-token", "sbp_", .hexadecimal, 40),
        TokenShape("supabase-token", "sb_secret_", .token, 20),
        TokenShape("vercel-token", "vercel_blob_rw_", .identifier, 20),
        TokenShape("vault-token", "hvs.", .token, 24, notAfter: word, needsDigit: true),
        TokenShape("vault-token", "hvb.", .token, 24, notAfter: word, needsDigit: true),
        TokenShape("doppler-token", "dp.pt.", .alphanumeric, 40, notAfter: word),
        TokenShape("doppler-token", "dp.st.", .tokenAndDot, 40, notAfter: word, needsDigit: true),
        TokenShape("databricks-token", "dapi", .hexadecimal, 32, notAfter: word),
        TokenShape("grafana-token", "glsa_", .identifier, 32),
        TokenShape("grafana-token", "glc_", .base64, 32, needsDigit: true),
    ]

    private static let machineLearning: [TokenShape] = [
        TokenShape("anthropic-key", "sk-ant-", .token, 20),
        TokenShape("openai-key", "sk-proj-", .token, 32, needsDigit: true),
        TokenShape("openai-key", "sk-svcacct-", .token, 32, needsDigit: true),
        TokenShape("openai-key", "sk-admin-", .token, 32, needsDigit: true),
        TokenShape("openai-key", "sk-", .token, 32, notAfter: word, needsDigit: true),
        TokenShape("huggingface-token", "hf_", .alphanumeric, 30, notAfter: word),
        TokenShape("huggingface-token", "api_org_", .alphanumeric, 30, notAfter: word),
        TokenShape("groq-key", "gsk_", .alphanumeric, 40, notAfter: word),
        TokenShape("replicate-token", "r8_", .alphanumeric, 36, notAfter: word),
        TokenShape("xai-key", "xai-", .alphanumeric, 40, notAfter: word),
        TokenShape("perplexity-key", "pplx-", .alphanumeric, 40, notAfter: word),
        TokenShape("nvidia-key", "nvapi-", .token, 40, notAfter: word, needsDigit: true),
    ]

    private static let packages: [TokenShape] = [
        TokenShape("npm-token", "npm_", .alphanumeric, 36),
        TokenShape("pypi-token", "pypi-", .token, 40, notAfter: word, needsDigit: true),
        TokenShape("docker-token", "dckr_pat_", .token, 20),
        TokenShape("docker-token", "dckr_oat_", .token, 20),
        TokenShape("rubygems-token", "rubygems_", .hexadecimal, 40),
    ]

    private static let messaging: [TokenShape] = ["xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-"].map {
        TokenShape("slack-token", $0, ByteSet.token.union(ByteSet("%/+=.")), 10)
    } + [
        TokenShape("slack-token", "xoxe.xox", .tokenAndDot, 10),
        TokenShape("slack-token", "xapp-", .token, 20, needsDigit: true),
        TokenShape("slack-webhook", "hooks.slack.com/services/", ByteSet.token.union(ByteSet("/")), 20, keepsPrefix: true),
        TokenShape("discord-webhook", "/api/webhooks/", ByteSet.token.union(ByteSet("/")), 60, keepsPrefix: true),
        TokenShape("sendgrid-key", "SG.", .tokenAndDot, 50, notAfter: word, needsDigit: true),
    ]

    private static let payments: [TokenShape] = ["sk_live_", "rk_live_", "sk_test_", "rk_test_"].map {
        TokenShape("stripe-key", $0, .alphanumeric, 16)
    } + [
        TokenShape("stripe-webhook-secret", "whsec_", .base64, 24, needsDigit: true),
    ] + ["shpat_", "shpca_", "shppa_", "shpss_"].map {
        TokenShape("shopify-token", $0, .hexadecimal, 32)
    }

    private static let others: [TokenShape] = [
        TokenShape("age-key", "AGE-SECRET-KEY-", ByteSet.upperDigits.union(ByteSet("-")), 50),
        TokenShape("postman-key", "PMAK-", .token, 40, needsDigit: true),
        TokenShape("figma-token", "figd_", .token, 30, needsDigit: true),
    ]
}
