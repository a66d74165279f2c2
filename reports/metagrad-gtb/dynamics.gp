# title: What a designer does while agents learn (Figure 6.13)
# place: 6
# caption: One run of MetaGrad without a curriculum and one with it, seed 0 of each, every 200 episodes: the rates of the seven
#          brackets (the lowest darkest), incomes after redistribution by skill, and what is gathered, from 10 episodes each, and
#          so rough. The thesis shows three moments of one run: 1300, 8900 and 100 000 episodes.
load data.'/result.gp'
load shared.'/style.gp'

panels = 'metagrad metagrad_curriculum'
panel_names = 'no curriculum|with a curriculum'
run(name) = exists('curve_keys_rate_1') && strstrt(' '.curve_keys_rate_1.' ', ' '.name.' ') > 0
ran = 0
do for [p = 1:2] { ran = ran + run(word(panels, p)) }
if (ran == 0) exit gnuplot # no data, no figure
rows = 'rate net gathered'
row_names = 'marginal rate|coin after redistribution|units gathered'
shades = '#1A1A1A #3D2C73 #5B43A8 #7B5FC9 #9B86D8 #BBADE6 #D3CBEF'
skills = '#E69F00 #009E73 #0072B2 #D55E00'
most(r) = r == 1 ? 7 : 4
shade(r, k) = r == 1 ? word(shades, k) : word(skills, k)
curve(r, k, name) = data.sprintf('/curve-%s_%d-', word(rows, r), k).name.'.dat'
array low[3]; array high[3]
do for [r = 1:3] {
    low[r] = r == 1 ? 0 : 1e9; high[r] = r == 1 ? 1 : -1e9
    do for [p = 1:2] {
        do for [k = 1:most(r)] {
            if (run(word(panels, p))) {
                stats curve(r, k, word(panels, p)) using ($3 == 0 ? $2 : NaN) nooutput name 'seen'
                if (seen_min < low[r]) { low[r] = seen_min }
                if (seen_max > high[r]) { high[r] = seen_max }
            }
        }
    }
    if (low[r] > high[r]) { low[r] = 0; high[r] = 1 }
}
x_label = 'training episodes'
top = 34.0; panel = 230.0; between = 58.0; below = strip_height + 24
height = top + 3 * panel + 2 * between + below
set terminal svg @canvas size 960, height
set output output
unset key
set xtics autofreq
set multiplot layout 3, 2 margins 0.09, 0.98, below / height, 1 - top / height spacing 0.05, between / height
do for [r = 1:3] {
    do for [p = 1:2] {
        name = word(panels, p)
        set title (r == 1 ? part(panel_names, p).(run(name) ? '' : ': not run') : '') font ',16' textcolor rgb ink \
            noenhanced offset 0, -0.4
        if (p == 1) { set ylabel part(row_names, r) textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
        set format y (p == 1 ? '%g' : '')
        beyond = high[r] > low[r] ? 0.05 * (high[r] - low[r]) : 0.5
        set yrange [low[r] - beyond : high[r] + beyond]
        if (run(name)) {
            plot for [k = 1:most(r)] curve(r, k, name) using ($3 == 0 ? $1 : NaN):2 with lines linewidth 2 \
                     linecolor rgb shade(r, k)
        } else {
            plot NaN
        }
    }
}
@bottom_strip
do for [k = 1:7] { set arrow from 90 + 22 * k, 17 rto 18, 0 nohead linewidth 3 linecolor rgb word(shades, k) }
set label 'brackets, lowest first' at 275, 17
do for [k = 1:4] {
    set arrow from 470 + 110 * k - 70, 17 rto 22, 0 nohead linewidth 3 linecolor rgb word(skills, k)
    set label (k == 1 ? 'skill 1' : k == 4 ? 'skill 4' : sprintf('%d', k)) at 498 + 110 * k - 70, 17
}
plot NaN
unset multiplot
