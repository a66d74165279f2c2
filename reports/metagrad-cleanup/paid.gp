# title: What the designer pays
# place: 3
# caption: Incentives of an episode, both agents, in ten episodes an evaluation, a hundred in the last five. Thin lines are the single seeds, thick
#          lines their mean. An episode has a hundred steps of agents, each of which is paid up to 2. Giving costs the designer
#          nothing, so that nothing makes it thrifty.
metric = 'paid'
variants = '7x7 7x7_sums'
y_label = 'incentives of an episode'
x_label = 'training episodes'
paper_name = 'thesis'
by_episodes = 1
across = 3
lowest = 0.0; highest = 200.0
load data.'/result.gp'
load shared.'/variant.gp'
of_all = keys; names_of_all = series; keys = ''; series = ''
do for [k = 1:words(of_all)] {
    key = word(of_all, k)
    if (key[1:8] eq 'metagrad' || key[1:7] eq 'dual_rl') {
        keys = keys.' '.key
        series = series.' '.word(names_of_all, k)
    }
}
if (words(keys) == 0) exit gnuplot
load shared.'/default-curves.gp'
