# title: Income and tax before and after redistribution, by skill (Figure 6.12)
# place: 3
# caption: Coin of an episode, summed over its ten periods: income before tax, tax paid, and what is left of it with an equal
#          share of all taxes; five times 100 episodes at the end of the training, no curriculum. Bars are means of the seeds.
#          The thesis shows it after 200 000 episodes; below the axis stands how many there are here.
metrics_shown = 'income tax net'
metric_names = 'income before tax|tax paid|after redistribution'
unit_names = 'coin|coin|coin'
key(line) = line
load shared.'/default-skills.gp'
