/* double_tables.h - tables and series of double_math.c.
 *
 * Made with 300 bits of precision; each value of a table is the sum of two binary64 numbers, nearest first, each
 * coefficient of a series the nearest one. tests/test_double_math_ulp.c, which includes this too, compares every number
 * here, and what the functions make of them, with MPFR.
 */
#ifndef MG_DOUBLE_TABLES_H
#define MG_DOUBLE_TABLES_H

/* clang-format off */
/* For j = 90..182: a reciprocal of j/128 of 11 bits, and minus its logarithm. */
#define MG_LOG_TABLE_FIRST 90
static const struct {
    double reciprocal, high, low;
} log_table[] = {
    { 0x1.6cp+0, -0x1.686c81e9b14afp-2, 0x1.ddea0f7f58e3dp-57 },
    { 0x1.68p+0, -0x1.5d1bdbf5809cap-2, -0x1.4236383dc7fe1p-56 },
    { 0x1.644p+0, -0x1.5262deeb98879p-2, -0x1.823ddad7fcfa1p-58 },
    { 0x1.604p+0, -0x1.46d2d9c280567p-2, 0x1.b14130114bd36p-57 },
    { 0x1.5c8p+0, -0x1.3bdd24eb14b6ap-2, -0x1.2da3c6449a7dp-58 },
    { 0x1.59p+0, -0x1.31871c9544185p-2, 0x1.51acc4c09b379p-60 },
    { 0x1.554p+0, -0x1.26561f133862dp-2, -0x1.10cdf548bd15cp-57 },
    { 0x1.51cp+0, -0x1.1bc794fd1c8ccp-2, -0x1.e71708b083dbdp-57 },
    { 0x1.4e4p+0, -0x1.111ce4003ee4dp-2, 0x1.1b84b5a5b5b2ap-57 },
    { 0x1.4bp+0, -0x1.071b85fcd590dp-2, -0x1.d1707f97bde8p-58 },
    { 0x1.47cp+0, -0x1.fa01c3bb57cbcp-3, -0x1.1c0a3c50f47adp-59 },
    { 0x1.448p+0, -0x1.e598ed5a87e2fp-3, 0x1.a5e78f4c50659p-58 },
    { 0x1.414p+0, -0x1.d0fb7f2255e51p-3, 0x1.4ac818ceca4c4p-57 },
    { 0x1.3e4p+0, -0x1.bdc46ae344b13p-3, 0x1.2ff70a6bea623p-58 },
    { 0x1.3bp+0, -0x1.a8becfc882f19p-3, 0x1.e8c37918c39ebp-58 },
    { 0x1.38p+0, -0x1.9525a9cf456b4p-3, -0x1.d904c1d4e2e26p-57 },
    { 0x1.354p+0, -0x1.83040c91bcf2ep-3, 0x1.1c7233219bcc5p-57 },
    { 0x1.324p+0, -0x1.6f0d28ae56b4cp-3, 0x1.906d99184b992p-57 },
    { 0x1.2f8p+0, -0x1.5c940075972b9p-3, -0x1.adccb73379cc5p-58 },
    { 0x1.2c8p+0, -0x1.483bccce6e3ddp-3, -0x1.29391fb1b4b22p-57 },
    { 0x1.2ap+0, -0x1.371fc201e8f74p-3, -0x1.de6cb62af18ap-58 },
    { 0x1.274p+0, -0x1.2423113ba50e3p-3, 0x1.e3ba766fc9a72p-66 },
    { 0x1.248p+0, -0x1.10f8e422539b1p-3, -0x1.8f798d39f1b7dp-58 },
    { 0x1.22p+0, -0x1.fec9131dbeabbp-4, 0x1.5746b9981b36cp-58 },
    { 0x1.1f8p+0, -0x1.db5270187d927p-4, -0x1.e15ab8607d2acp-58 },
    { 0x1.1dp+0, -0x1.b78c82bb0eda1p-4, -0x1.0878cf0327e21p-61 },
    { 0x1.1a8p+0, -0x1.9375e55595edep-4, 0x1.e463f9e4dd92p-59 },
    { 0x1.18p+0, -0x1.6f0d28ae56b4cp-4, 0x1.906d99184b992p-58 },
    { 0x1.15cp+0, -0x1.4e01108a35ae6p-4, 0x1.81069d28db75bp-59 },
    { 0x1.134p+0, -0x1.28f83450eda8dp-4, -0x1.d6a8465da24a3p-58 },
    { 0x1.11p+0, -0x1.075983598e471p-4, -0x1.80da5333c45b8p-59 },
    { 0x1.0ecp+0, -0x1.cae72fb95c20bp-5, 0x1.f9012d8df3f0ep-59 },
    { 0x1.0c8p+0, -0x1.868a83083f6cfp-5, 0x1.d09a5634943dbp-61 },
    { 0x1.0a8p+0, -0x1.494acc34d911cp-5, -0x1.e295bf491ccc5p-59 },
    { 0x1.084p+0, -0x1.03d5d85e73eefp-5, -0x1.2c1da539d60edp-61 },
    { 0x1.064p+0, -0x1.8b31faca9b00ep-6, -0x1.d5a46da6f6772p-62 },
    { 0x1.04p+0, -0x1.fc0a8b0fc03e4p-7, 0x1.83092c59642a1p-62 },
    { 0x1.02p+0, -0x1.fe02a6b106789p-8, 0x1.e44b7e3711ebfp-67 },
    { 0x1p+0, 0x0p+0, 0x0p+0 },
    { 0x1.fcp-1, 0x1.010157588de71p-7, 0x1.46662d417cedp-62 },
    { 0x1.f8p-1, 0x1.0205658935847p-6, 0x1.27c8e8416e71fp-60 },
    { 0x1.f48p-1, 0x1.74321d3d006d3p-6, -0x1.96f016b887bf4p-60 },
    { 0x1.f08p-1, 0x1.f7a9b16782856p-6, -0x1.36c720c147756p-60 },
    { 0x1.edp-1, 0x1.35c8bfaa1306bp-5, -0x1.50830a65543a4p-63 },
    { 0x1.e9p-1, 0x1.788595a3577bap-5, 0x1.e5ef898b67923p-59 },
    { 0x1.e58p-1, 0x1.b35dd9b58baadp-5, -0x1.6526154e379dfp-61 },
    { 0x1.e2p-1, 0x1.eea31c006b87cp-5, -0x1.3e4fc93b7b66cp-59 },
    { 0x1.de8p-1, 0x1.152b799bb3cc9p-4, -0x1.948381841487fp-58 },
    { 0x1.dbp-1, 0x1.333d7f8183f4bp-4, 0x1.a92afc8ef70b1p-58 },
    { 0x1.d78p-1, 0x1.518874226130ap-4, 0x1.d96258b3d8a8fp-60 },
    { 0x1.d4p-1, 0x1.700d30aeac0e1p-4, -0x1.72566212cdd05p-61 },
    { 0x1.d1p-1, 0x1.8a6477a91dc29p-4, -0x1.fa83214904842p-59 },
    { 0x1.cd8p-1, 0x1.a956d3ecade63p-4, 0x1.e5300b12bd55ep-58 },
    { 0x1.ca8p-1, 0x1.c40d6425a5cb1p-4, 0x1.21d1930dc8acdp-60 },
    { 0x1.c7p-1, 0x1.e3707ee30487bp-4, 0x1.09ccecd579d99p-58 },
    { 0x1.c4p-1, 0x1.fe89139dbd566p-4, -0x1.ac9f4215f9393p-58 },
    { 0x1.c1p-1, 0x1.0ce7ecdccc28dp-3, -0x1.692a0055dc959p-57 },
    { 0x1.bep-1, 0x1.1aa2b7e23f72ap-3, -0x1.c6ef1d9b2ef7ep-59 },
    { 0x1.bbp-1, 0x1.28753bc11aba5p-3, -0x1.6394d9fa33311p-57 },
    { 0x1.b8p-1, 0x1.365fcb0159016p-3, 0x1.7d411a5b944adp-58 },
    { 0x1.b5p-1, 0x1.4462b9dc9b3dcp-3, -0x1.629c46c186385p-58 },
    { 0x1.b2p-1, 0x1.527e5e4a1b58dp-3, -0x1.71a9682395bfdp-61 },
    { 0x1.afp-1, 0x1.60b3100b09476p-3, -0x1.5b2623e05016bp-58 },
    { 0x1.ac8p-1, 0x1.6c9d07d203fc7p-3, 0x1.80a04c9a46c61p-59 },
    { 0x1.a98p-1, 0x1.7b0091651528cp-3, 0x1.4069f303518c8p-57 },
    { 0x1.a7p-1, 0x1.871213750e994p-3, 0x1.d685f35eea2ap-57 },
    { 0x1.a4p-1, 0x1.95a5adcf7017fp-3, 0x1.142c507fb7a3dp-58 },
    { 0x1.a18p-1, 0x1.a1dfc40f1b7f1p-3, -0x1.e009e6f018fe8p-61 },
    { 0x1.9fp-1, 0x1.ae2ca6f672bd4p-3, 0x1.ab5ca9eaa088ap-57 },
    { 0x1.9cp-1, 0x1.bd087383bd8adp-3, 0x1.dd355f6a516d7p-60 },
    { 0x1.998p-1, 0x1.c97f8079d44ecp-3, 0x1.61a8c6e6c4ee7p-57 },
    { 0x1.97p-1, 0x1.d60a17f903515p-3, -0x1.c0df841a71b7ap-57 },
    { 0x1.948p-1, 0x1.e2a877a6b2c12p-3, -0x1.fa21e3df9943p-58 },
    { 0x1.92p-1, 0x1.ef5ade4dcffe6p-3, -0x1.08ab2ddc708ap-58 },
    { 0x1.8f8p-1, 0x1.fc218be620a5ep-3, -0x1.6e438c258187fp-58 },
    { 0x1.8dp-1, 0x1.047e60cde83b8p-2, -0x1.0779634061cbcp-56 },
    { 0x1.8bp-1, 0x1.09aa572e6c6d4p-2, 0x1.43c2e68684d53p-57 },
    { 0x1.888p-1, 0x1.102ac0a35cc1cp-2, 0x1.088080a5e68b4p-59 },
    { 0x1.86p-1, 0x1.16b5ccbacfb73p-2, 0x1.66fbd28b40935p-56 },
    { 0x1.84p-1, 0x1.1bf99635a6b95p-2, -0x1.12aeb84249223p-57 },
    { 0x1.818p-1, 0x1.22981fbef797bp-2, -0x1.0b04ac06cebep-59 },
    { 0x1.7f8p-1, 0x1.27ebaf58d8c9dp-2, -0x1.8800b4bda6c97p-57 },
    { 0x1.7dp-1, 0x1.2e9e2bce12286p-2, 0x1.8251a3b83d97ap-62 },
    { 0x1.7bp-1, 0x1.3401e12aecba1p-2, -0x1.cd55b8a4746cp-58 },
    { 0x1.788p-1, 0x1.3ac8ca38e5c5fp-2, -0x1.f7de015f253eep-56 },
    { 0x1.768p-1, 0x1.403d086cea79cp-2, -0x1.0a8bb78cf7cdap-56 },
    { 0x1.748p-1, 0x1.45b8c0a17df13p-2, 0x1.dbe305eaf5a2p-56 },
    { 0x1.728p-1, 0x1.4b3c077267e9ap-2, 0x1.2e5fbeb518508p-56 },
    { 0x1.7p-1, 0x1.522ae0738a3d8p-2, -0x1.8f7e9b38a6979p-57 },
    { 0x1.6ep-1, 0x1.57bf753c8d1fbp-2, -0x1.0908d15f88b63p-57 },
    { 0x1.6cp-1, 0x1.5d5bddf595f3p-2, -0x1.6541148cbb8a2p-56 },
    { 0x1.6ap-1, 0x1.630030b3aac49p-2, 0x1.dc18ce51fff99p-57 },
    { 0x1.68p-1, 0x1.68ac83e9c6a14p-2, 0x1.a64eadd740178p-58 },
};

/* 2^(j/128) for j = 0..127 */
static const struct {
    double high, low;
} exp_table[128] = {
    { 0x1p+0, 0x0p+0 }, { 0x1.0163da9fb3335p+0, 0x1.b61299ab8cdb7p-54 },
    { 0x1.02c9a3e778061p+0, -0x1.19083535b085dp-56 }, { 0x1.04315e86e7f85p+0, -0x1.0a31c1977c96ep-54 },
    { 0x1.059b0d3158574p+0, 0x1.d73e2a475b465p-55 }, { 0x1.0706b29ddf6dep+0, -0x1.c91dfe2b13c27p-55 },
    { 0x1.0874518759bc8p+0, 0x1.186be4bb284ffp-57 }, { 0x1.09e3ecac6f383p+0, 0x1.1487818316136p-54 },
    { 0x1.0b5586cf9890fp+0, 0x1.8a62e4adc610bp-54 }, { 0x1.0cc922b7247f7p+0, 0x1.01edc16e24f71p-54 },
    { 0x1.0e3ec32d3d1a2p+0, 0x1.03a1727c57b53p-59 }, { 0x1.0fb66affed31bp+0, -0x1.b9bedc44ebd7bp-57 },
    { 0x1.11301d0125b51p+0, -0x1.6c51039449b3ap-54 }, { 0x1.12abdc06c31ccp+0, -0x1.1b514b36ca5c7p-58 },
    { 0x1.1429aaea92dep+0, -0x1.32fbf9af1369ep-54 }, { 0x1.15a98c8a58e51p+0, 0x1.2406ab9eeab0ap-55 },
    { 0x1.172b83c7d517bp+0, -0x1.19041b9d78a76p-55 }, { 0x1.18af9388c8deap+0, -0x1.11023d1970f6cp-54 },
    { 0x1.1a35beb6fcb75p+0, 0x1.e5b4c7b4968e4p-55 }, { 0x1.1bbe084045cd4p+0, -0x1.95386352ef607p-54 },
    { 0x1.1d4873168b9aap+0, 0x1.e016e00a2643cp-54 }, { 0x1.1ed5022fcd91dp+0, -0x1.1df98027bb78cp-54 },
    { 0x1.2063b88628cd6p+0, 0x1.dc775814a8495p-55 }, { 0x1.21f49917ddc96p+0, 0x1.2a97e9494a5eep-55 },
    { 0x1.2387a6e756238p+0, 0x1.9b07eb6c70573p-54 }, { 0x1.251ce4fb2a63fp+0, 0x1.ac155bef4f4a4p-55 },
    { 0x1.26b4565e27cddp+0, 0x1.2bd339940e9d9p-55 }, { 0x1.284dfe1f56381p+0, -0x1.a4c3a8c3f0d7ep-54 },
    { 0x1.29e9df51fdee1p+0, 0x1.612e8afad1255p-55 }, { 0x1.2b87fd0dad99p+0, -0x1.10adcd6381aa4p-59 },
    { 0x1.2d285a6e4030bp+0, 0x1.0024754db41d5p-54 }, { 0x1.2ecafa93e2f56p+0, 0x1.1ca0f45d52383p-56 },
    { 0x1.306fe0a31b715p+0, 0x1.6f46ad23182e4p-55 }, { 0x1.32170fc4cd831p+0, 0x1.a9ce78e18047cp-55 },
    { 0x1.33c08b26416ffp+0, 0x1.32721843659a6p-54 }, { 0x1.356c55f929ff1p+0, -0x1.b5cee5c4e4628p-55 },
    { 0x1.371a7373aa9cbp+0, -0x1.63aeabf42eae2p-54 }, { 0x1.38cae6d05d866p+0, -0x1.e958d3c9904bdp-54 },
    { 0x1.3a7db34e59ff7p+0, -0x1.5e436d661f5e3p-56 }, { 0x1.3c32dc313a8e5p+0, -0x1.efff8375d29c3p-54 },
    { 0x1.3dea64c123422p+0, 0x1.ada0911f09ebcp-55 }, { 0x1.3fa4504ac801cp+0, -0x1.7d023f956f9f3p-54 },
    { 0x1.4160a21f72e2ap+0, -0x1.ef3691c309278p-58 }, { 0x1.431f5d950a897p+0, -0x1.1c7dde35f7999p-55 },
    { 0x1.44e086061892dp+0, 0x1.89b7a04ef80dp-59 }, { 0x1.46a41ed1d0057p+0, 0x1.c944bd1648a76p-54 },
    { 0x1.486a2b5c13cdp+0, 0x1.3c1a3b69062fp-56 }, { 0x1.4a32af0d7d3dep+0, 0x1.9cb62f3d1be56p-54 },
    { 0x1.4bfdad5362a27p+0, 0x1.d4397afec42e2p-56 }, { 0x1.4dcb299fddd0dp+0, 0x1.8ecdbbc6a7833p-54 },
    { 0x1.4f9b2769d2ca7p+0, -0x1.4b309d25957e3p-54 }, { 0x1.516daa2cf6642p+0, -0x1.f768569bd93efp-55 },
    { 0x1.5342b569d4f82p+0, -0x1.07abe1db13cadp-55 }, { 0x1.551a4ca5d920fp+0, -0x1.d689cefede59bp-55 },
    { 0x1.56f4736b527dap+0, 0x1.9bb2c011d93adp-54 }, { 0x1.58d12d497c7fdp+0, 0x1.295e15b9a1de8p-55 },
    { 0x1.5ab07dd485429p+0, 0x1.6324c054647adp-54 }, { 0x1.5c9268a5946b7p+0, 0x1.c4b1b816986a2p-60 },
    { 0x1.5e76f15ad2148p+0, 0x1.ba6f93080e65ep-54 }, { 0x1.605e1b976dc09p+0, -0x1.3e2429b56de47p-54 },
    { 0x1.6247eb03a5585p+0, -0x1.383c17e40b497p-54 }, { 0x1.6434634ccc32p+0, -0x1.c483c759d8933p-55 },
    { 0x1.6623882552225p+0, -0x1.bb60987591c34p-54 }, { 0x1.68155d44ca973p+0, 0x1.038ae44f73e65p-57 },
    { 0x1.6a09e667f3bcdp+0, -0x1.bdd3413b26456p-54 }, { 0x1.6c012750bdabfp+0, -0x1.2895667ff0b0dp-56 },
    { 0x1.6dfb23c651a2fp+0, -0x1.bbe3a683c88abp-57 }, { 0x1.6ff7df9519484p+0, -0x1.83c0f25860ef6p-55 },
    { 0x1.71f75e8ec5f74p+0, -0x1.16e4786887a99p-55 }, { 0x1.73f9a48a58174p+0, -0x1.0a8d96c65d53cp-54 },
    { 0x1.75feb564267c9p+0, -0x1.0245957316dd3p-54 }, { 0x1.780694fde5d3fp+0, 0x1.866b80a02162dp-54 },
    { 0x1.7a11473eb0187p+0, -0x1.41577ee04992fp-55 }, { 0x1.7c1ed0130c132p+0, 0x1.f124cd1164dd6p-54 },
    { 0x1.7e2f336cf4e62p+0, 0x1.05d02ba15797ep-56 }, { 0x1.80427543e1a12p+0, -0x1.27c86626d972bp-54 },
    { 0x1.82589994cce13p+0, -0x1.d4c1dd41532d8p-54 }, { 0x1.8471a4623c7adp+0, -0x1.8d684a341cdfbp-55 },
    { 0x1.868d99b4492edp+0, -0x1.fc6f89bd4f6bap-54 }, { 0x1.88ac7d98a6699p+0, 0x1.994c2f37cb53ap-54 },
    { 0x1.8ace5422aa0dbp+0, 0x1.6e9f156864b27p-54 }, { 0x1.8cf3216b5448cp+0, -0x1.0d55e32e9e3aap-56 },
    { 0x1.8f1ae99157736p+0, 0x1.5cc13a2e3976cp-55 }, { 0x1.9145b0b91ffc6p+0, -0x1.dd6792e582524p-54 },
    { 0x1.93737b0cdc5e5p+0, -0x1.75fc781b57ebcp-57 }, { 0x1.95a44cbc8520fp+0, -0x1.64b7c96a5f039p-56 },
    { 0x1.97d829fde4e5p+0, -0x1.d185b7c1b85d1p-54 }, { 0x1.9a0f170ca07bap+0, -0x1.173bd91cee632p-54 },
    { 0x1.9c49182a3f09p+0, 0x1.c7c46b071f2bep-56 }, { 0x1.9e86319e32323p+0, 0x1.824ca78e64c6ep-56 },
    { 0x1.a0c667b5de565p+0, -0x1.359495d1cd533p-54 }, { 0x1.a309bec4a2d33p+0, 0x1.6305c7ddc36abp-54 },
    { 0x1.a5503b23e255dp+0, -0x1.d2f6edb8d41e1p-54 }, { 0x1.a799e1330b358p+0, 0x1.bcb7ecac563c7p-54 },
    { 0x1.a9e6b5579fdbfp+0, 0x1.0fac90ef7fd31p-54 }, { 0x1.ac36bbfd3f37ap+0, -0x1.f9234cae76cdp-55 },
    { 0x1.ae89f995ad3adp+0, 0x1.7a1cd345dcc81p-54 }, { 0x1.b0e07298db666p+0, -0x1.bdef54c80e425p-54 },
    { 0x1.b33a2b84f15fbp+0, -0x1.2805e3084d708p-57 }, { 0x1.b59728de5593ap+0, -0x1.c71dfbbba6de3p-54 },
    { 0x1.b7f76f2fb5e47p+0, -0x1.5584f7e54ac3bp-56 }, { 0x1.ba5b030a1064ap+0, -0x1.efcd30e54292ep-54 },
    { 0x1.bcc1e904bc1d2p+0, 0x1.23dd07a2d9e84p-55 }, { 0x1.bf2c25bd71e09p+0, -0x1.efdca3f6b9c73p-54 },
    { 0x1.c199bdd85529cp+0, 0x1.11065895048ddp-55 }, { 0x1.c40ab5fffd07ap+0, 0x1.b4537e083c60ap-54 },
    { 0x1.c67f12e57d14bp+0, 0x1.2884dff483cadp-54 }, { 0x1.c8f6d9406e7b5p+0, 0x1.1acbc48805c44p-56 },
    { 0x1.cb720dcef9069p+0, 0x1.503cbd1e949dbp-56 }, { 0x1.cdf0b555dc3fap+0, -0x1.dd83b53829d72p-55 },
    { 0x1.d072d4a07897cp+0, -0x1.cbc3743797a9cp-54 }, { 0x1.d2f87080d89f2p+0, -0x1.d487b719d8578p-54 },
    { 0x1.d5818dcfba487p+0, 0x1.2ed02d75b3707p-55 }, { 0x1.d80e316c98398p+0, -0x1.11ec18beddfe8p-54 },
    { 0x1.da9e603db3285p+0, 0x1.c2300696db532p-54 }, { 0x1.dd321f301b46p+0, 0x1.2da5778f018c3p-54 },
    { 0x1.dfc97337b9b5fp+0, -0x1.1a5cd4f184b5cp-54 }, { 0x1.e264614f5a129p+0, -0x1.7b627817a1496p-54 },
    { 0x1.e502ee78b3ff6p+0, 0x1.39e8980a9cc8fp-55 }, { 0x1.e7a51fbc74c83p+0, 0x1.2d522ca0c8de2p-54 },
    { 0x1.ea4afa2a490dap+0, -0x1.e9c23179c2893p-54 }, { 0x1.ecf482d8e67f1p+0, -0x1.c93f3b411ad8cp-54 },
    { 0x1.efa1bee615a27p+0, 0x1.dc7f486a4b6bp-54 }, { 0x1.f252b376bba97p+0, 0x1.3a1a5bf0d8e43p-54 },
    { 0x1.f50765b6e454p+0, 0x1.9d3e12dd8a18bp-54 }, { 0x1.f7bfdad9cbe14p+0, -0x1.dbb12d006350ap-54 },
    { 0x1.fa7c1819e90d8p+0, 0x1.74853f3a5931ep-55 }, { 0x1.fd3c22b8f71f1p+0, 0x1.2eb74966579e7p-57 },
};

/* Coefficients, highest power first. */
/* log(1 + r) / r^3 after r - r^2/2 */
static const double log_series[] = {
    -1.0 / 10, 1.0 / 9, -1.0 / 8, 1.0 / 7, -1.0 / 6, 1.0 / 5, -1.0 / 4, 1.0 / 3,
};
/* (e^r - 1 - r) / r^2 */
static const double exp_series[] = {
    1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 0.5,
};
/* tanh(x) / x^3 after x, in x^2 */
static const double tanh_series[] = {
    21844.0 / 6081075, -1382.0 / 155925, 62.0 / 2835, -17.0 / 315, 2.0 / 15, -1.0 / 3,
};
/* log gamma(1 + d): zeta(k)/k with alternating signs, k = 13..2 */
static const double log_gamma_one_series[] = {
    -0x1.3b1d971fc5985p-4, 0x1.556ad63243bc4p-4, -0x1.748c33114c6d6p-4, 0x1.9a01e385d5f8fp-4,
    -0x1.c806706d57db4p-4, 0x1.010b36af86397p-3, -0x1.2703a1dcea3aep-3, 0x1.5b40cb100c306p-3,
    -0x1.a8b9c17aa6149p-3, 0x1.151322ac7d848p-2, -0x1.9a4d55beab2d7p-2, 0x1.a51a6625307d3p-1,
};
/* log gamma(2 + d): the same with zeta(k) - 1 */
static const double log_gamma_two_series[] = {
    -0x1.3cbc963ce2243p-17, 0x1.580dcee66eb02p-16, -0x1.78de5bd7c81efp-15, 0x1.a127b0f17d65ap-14,
    -0x1.d3fd4c76d2fc8p-13, 0x1.0b36af86396e9p-11, -0x1.38ac5c2bf8e08p-10, 0x1.7add6eadb6c3p-9,
    -0x1.e404fc218f5f2p-8,  0x1.51322ac7d8483p-6,  -0x1.13e001a557607p-4,  0x1.4a34cc4a60fa6p-2,
};
/* Stirling's series of log gamma in 1/x^2 */
static const double stirling_series[] = {
    -3617.0 / 122400, 1.0 / 156, -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12,
};
/* sin(r) / r^3 after r, in r^2 */
static const double sine_series[] = {
    1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
    1.0 / 362880,          -1.0 / 5040,          1.0 / 120,        -1.0 / 6,
};
/* cos(r) / r^4 after 1 - r^2/2, in r^2 */
static const double cosine_series[] = {
    -1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600,
    -1.0 / 3628800,          1.0 / 40320,          -1.0 / 720,         1.0 / 24,
};

#endif
