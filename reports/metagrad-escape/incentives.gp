# title: Who was paid for what in ER(2,1) (thesis Figure 6.1d)
# place: 2
# caption: MetaGrad. Agents are told apart by what they do at the end: who is at the lever more often in the last
#          evaluations is the cooperator, the other the winner. Incentives that each received for going to a place, per
#          episode of an evaluation. Thin lines are the single seeds, thick lines their mean. The designer pays for the
#          lever until it is pulled unpaid: giving costs it something, given or not.
load data.'/result.gp'
load shared.'/style.gp'

key = 'metagrad_er_2_1'
if (!exists('curve_keys_for_lever_0') || strstrt(' '.value('curve_keys_for_lever_0').' ', ' '.key.' ') == 0) exit gnuplot # no data, no figure
final(i) = data.'/final-levers_'.i.'-'.key.'.dat'
curve(i, place) = data.'/curve-for_'.word('lever start door', place + 1).'_'.i.'-'.key.'.dat'
stats final(0) using 1 nooutput
seeds = int(STATS_records)
array puller[seeds]
do for [s = 1:seeds] {
    stats final(0) every ::(s - 1)::(s - 1) using 1 nooutput name 'zero'
    stats final(1) every ::(s - 1)::(s - 1) using 1 nooutput name 'one'
    puller[s] = zero_max > one_max ? 0 : 1
}
agent(s, role) = role == 1 ? puller[s] : 1 - puller[s]
stats curve(0, 0) every :::0::0 using 1 nooutput name 'units'
points = int(units_records)
array at[points]; array total[points]
do for [role = 1:2] {
    do for [place = 0:2] {
        eval sprintf('set table $rows%d%d', role, place)
        do for [s = 1:seeds] {
            plot curve(agent(s, role), place) every :::(s - 1)::(s - 1) using 1:2 with table
        }
        unset table
        do for [k = 1:points] { total[k] = 0.0 }
        do for [s = 1:seeds] {
            k = 0
            stats curve(agent(s, role), place) every :::(s - 1)::(s - 1) \
                using (k = k + 1, at[k] = $1, total[k] = total[k] + $2, 1) nooutput
        }
        eval sprintf('set print $mean%d%d', role, place)
        do for [k = 1:points] { print at[k], total[k] / seeds }
        unset print
    }
}
height = 34 + 260 + strip_height + 24
set terminal svg @canvas size 960, height
set output output
set format x '%.0s%c'
set yrange [0:*]
unset key
paint(place) = place == 0 ? blue : place == 1 ? orange : vermillion
dashes(place) = place == 0 ? 1 : place == 1 ? 2 : 4
thin(place) = '#70'.substr(paint(place), 2, 7)
set multiplot layout 1, 2 margins 0.09, 0.98, (strip_height + 24) / height, 1 - 34 / height spacing 0.08, 0
do for [role = 1:2] {
    set title (role == 1 ? 'the cooperator receives' : 'the winner receives').sprintf(', n = %d', seeds) font ',16' \
        textcolor rgb ink offset 0, -0.4
    if (role == 1) { set ylabel 'incentives per episode' textcolor rgb ink offset 0.5, 0 } else { unset ylabel }
    command = ''
    do for [place = 2:0:-1] {
        command = command.sprintf("%s $rows%d%d using 1:($1 > 0 ? $2 : NaN) with lines linewidth 0.9 linecolor rgb thin(%d)", \
            command eq '' ? 'plot' : ',', role, place, place)
    }
    do for [place = 2:0:-1] {
        command = command.sprintf(", $mean%d%d using 1:2 with lines linewidth 3.2 dashtype dashes(%d) " \
            . "linecolor rgb paint(%d)", role, place, place, place)
    }
    eval command
}
x_label = 'training episodes'
@bottom_strip
do for [place = 0:2] {
    left = 200 + 220 * place
    set arrow from left, 17 rto 35, 0 nohead linewidth 3.2 dashtype dashes(place) linecolor rgb paint(place)
    set label word('lever start door', place + 1) at left + 43, 17
}
plot NaN
unset multiplot
