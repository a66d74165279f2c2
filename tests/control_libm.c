/* control_libm.c - the control of the masked-CPU check: a program that trusts libm. Even linked statically it picks a
 * variant of exp by CPU, so its output must change when FMA and AVX2 are masked; if it does not, the mask does not
 * work. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    uint64_t hash = 0;
    for (int i = 0; i < 200000; i++) {
        volatile double x = -20.0 + i * 0.00017;
        double functions[3] = {exp(x), sin(x), pow(1.5, x)};
        for (int k = 0; k < 3; k++) {
            uint64_t bits;
            memcpy(&bits, &functions[k], sizeof bits);
            hash = (hash ^ bits) * 0x9E3779B97F4A7C15u;
        }
    }
    printf("%016llx\n", (unsigned long long)hash);
    return 0;
}
